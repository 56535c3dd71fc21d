"""What the desk does with the vault; for now the tokens the machine needs unattended."""
