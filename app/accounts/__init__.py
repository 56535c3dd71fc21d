"""Members, their sign-in and second factor, invitations, roles."""
