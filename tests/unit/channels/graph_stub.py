"""A Graph that answers from a list, for what the practice platform cannot be made to say."""

from typing import Any

from app.channels.adapters.meta.graph import Graph, GraphProblem, Usage

Answer = dict[str, Any] | GraphProblem


def refused(code: int, subcode: int = 0) -> GraphProblem:
    return GraphProblem(400, {"code": code, "error_subcode": subcode}, Usage({}))


class StubGraph(Graph):
    """Answers by path, the first that fits, each once; an unexpected call is a KeyError."""

    def __init__(self, *answers: tuple[str, Answer]) -> None:
        super().__init__(token="EAATESTTOKEN", secret="", version="v26.0")
        self.answers = list(answers)
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def request(
        self,
        path: str,
        args: Any = None,
        post_args: Any = None,
        files: Any = None,
        method: str | None = None,
    ) -> Any:
        name = path.removeprefix("v26.0/")
        self.asked.append((name, dict(post_args if post_args is not None else args or {})))
        at = next((i for i, (p, _) in enumerate(self.answers) if p == name), None)
        if at is None:
            raise KeyError(name)
        answer = self.answers.pop(at)[1]
        if isinstance(answer, GraphProblem):
            raise answer
        return answer
