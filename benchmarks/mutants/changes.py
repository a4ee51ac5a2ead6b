"""Every change of one place of a module that leaves it valid Python: the mutants, found in its syntax tree.

Left out is what no result depends on: annotations, decorators, and texts with what is put into them; and what is no change,
as `a @ a` turned round.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
_COMPUTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
_CALLED = {
    "min": "max",
    "max": "min",
    "any": "all",
    "all": "any",
    "minimum": "maximum",
    "maximum": "minimum",
    "floor": "ceil",
    "ceil": "floor",
}
_SYMMETRIC = {"min", "max", "minimum", "maximum", "isclose", "hypot", "logaddexp"}
_ROUNDING = 1e-6
_NO_RESULT = {"annotation", "returns", "decorator_list", "bases"}
"""Fields of the tree that nothing is computed from."""


@dataclass(frozen=True)
class Mutant:
    """One change of one place.

    Attributes:
        module: The file, from the package's folder on.
        line: Where.
        function: The function or class that it is in, with those around it; '' in the module itself.
        before: The expression or statement as it is.
        after: As it is changed.
        reach: First and last line of what is run where the change makes a difference.
        source: The whole module with the change.
    """

    module: str
    line: int
    function: str
    before: str
    after: str
    reach: tuple[int, int]
    source: str

    def __str__(self) -> str:
        return f"{self.module}:{self.line}  {self.function or 'module'}:  {self.before}  →  {self.after}"


def mutants(module: str, source: str) -> list[Mutant]:
    """Every change of a module, in the order of its lines."""
    return list(_Changes(module, source).found())


@dataclass(frozen=True)
class _Place:
    """Where a node stands.

    Attributes:
        parents: The nodes around it, the module first.
        field: The field of the last of these that holds it.
        index: Its place in that field where this is a list.
    """

    parents: tuple[ast.AST, ...]
    field: str
    index: int | None

    @property
    def indexes(self) -> bool:
        """Whether it is an index, alone or among others."""
        inside = self.field == "elts" and isinstance(self.parents[-2], ast.Subscript)
        return self.field == "slice" or inside

    def put(self, node: ast.AST) -> None:
        """Puts a node there."""
        if self.index is None:
            setattr(self.parents[-1], self.field, node)
        else:
            getattr(self.parents[-1], self.field)[self.index] = node


class _Changes:
    """The changes of one module."""

    def __init__(self, module: str, source: str) -> None:
        self._module = module
        self._bytes = source.encode()
        self._tree = ast.parse(source)
        starts = [0]
        for line in self._bytes.splitlines(keepends=True):
            starts.append(starts[-1] + len(line))
        self._starts = starts

    def found(self) -> Iterator[Mutant]:
        for node, place in _walk(self._tree, ()):
            options = [*_changed(node)]
            if place.indexes and isinstance(node, ast.Constant) and node.value == 0:
                options = options[:1]  # the last of one is the first
            if place.field == "test" and not options:
                options = [ast.UnaryOp(ast.Not(), node)]
            for changed in options:
                if _means(changed) == _means(node):
                    continue
                if (mutant := self._mutant(node, changed, place)) is not None:
                    yield mutant

    def _mutant(self, node: ast.expr | ast.stmt, changed: ast.AST, place: _Place) -> Mutant | None:
        text = ast.unparse(changed)
        if isinstance(changed, ast.expr):
            text = f"({text})"
        first = self._starts[node.lineno - 1] + node.col_offset
        last = self._starts[(node.end_lineno or 0) - 1] + (node.end_col_offset or 0)
        source = (self._bytes[:first] + text.encode() + self._bytes[last:]).decode()
        try:
            compile(source, self._module, "exec")
        except SyntaxError:
            return None
        before, after = self._told(node, changed, place)
        function = ".".join(parent.name for parent in place.parents if isinstance(parent, _NAMED))
        return Mutant(
            self._module, node.lineno, function, before, after, self._reach(node, place.parents), source
        )

    def _told(self, node: ast.AST, changed: ast.AST, place: _Place) -> tuple[str, str]:
        """Before and after, a number with the expression or the short statement that it is in."""
        around = next(each for each in place.parents[::-1] if not isinstance(each, _PARTS))
        small = isinstance(node, ast.Constant | ast.UnaryOp)
        if not (small and isinstance(around, ast.expr | ast.Assign | ast.AnnAssign | ast.Return)):
            return ast.unparse(node), ast.unparse(changed)
        before = ast.unparse(around)
        place.put(changed)
        after = ast.unparse(around)
        place.put(node)
        return before, after

    def _reach(self, node: ast.expr | ast.stmt, parents: tuple[ast.AST, ...]) -> tuple[int, int]:
        """The statement's own lines; a function's body for its defaults, the whole module for what is outside of them."""
        chain = [*parents, node]
        statements = [each for each in chain if isinstance(each, ast.stmt)]
        inner = statements[-1]
        if isinstance(inner, _FUNCTIONS):
            return inner.body[0].lineno, inner.end_lineno or 0
        if not any(isinstance(each, _FUNCTIONS) for each in statements):
            return 1, len(self._starts)
        body = getattr(inner, "body", None)
        return inner.lineno, max(inner.lineno, body[0].lineno - 1) if body else inner.end_lineno or 0


_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_PARTS = (ast.keyword, ast.Slice, ast.Tuple, ast.comprehension)
_NAMED = (*_FUNCTIONS, ast.ClassDef)


def _walk(node: ast.AST, parents: tuple[ast.AST, ...]) -> Iterator[tuple[ast.expr | ast.stmt, _Place]]:
    """Every node that results depend on, with its place."""
    for field, value in ast.iter_fields(node):
        if field in _NO_RESULT:
            continue
        for index, child in enumerate(value if isinstance(value, list) else [value]):
            if not isinstance(child, ast.AST) or _tells(child):
                continue
            place = _Place((*parents, node), field, index if isinstance(value, list) else None)
            if isinstance(child, ast.expr | ast.stmt):
                yield child, place
            yield from _walk(child, (*parents, node))


def _tells(node: ast.AST) -> bool:
    """Whether it is a text, an error, an assertion for readers, an import, how strictly lengths are compared, or what is printed."""
    if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
        return True
    if isinstance(node, ast.BinOp) and any(_is_text(side) for side in (node.left, node.right)):
        return True
    if isinstance(node, ast.ListComp | ast.GeneratorExp) and _is_text(node.elt):
        return True
    if isinstance(node, ast.keyword) and node.arg in {"strict", "repr"}:
        return True
    return isinstance(
        node, ast.JoinedStr | ast.Raise | ast.Assert | ast.Import | ast.ImportFrom | ast.pattern
    )


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _with(node: ast.AST, **fields: object) -> ast.AST:
    """The node with other fields."""
    changed = copy.copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed


def _changed(node: ast.AST) -> Iterator[ast.AST]:
    """What the node could be changed to."""
    match node:
        case ast.Compare(ops=ops):
            for place, op in enumerate(ops):
                for other in _COMPARED[type(op)]:
                    yield _with(node, ops=[*ops[:place], other(), *ops[place + 1 :]])
        case ast.BinOp(left=left, op=ast.MatMult(), right=right):
            yield _with(node, left=right, right=left)
        case ast.BinOp(op=op) | ast.AugAssign(op=op) if type(op) in _COMPUTED:
            yield _with(node, op=_COMPUTED[type(op)]())
        case ast.BoolOp(op=op):
            yield _with(node, op=ast.Or() if isinstance(op, ast.And) else ast.And())
        case ast.UnaryOp(operand=operand):
            yield operand
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(value=int() as value):
            yield from (ast.Constant(value + 1), ast.Constant(value - 1))
        case ast.Constant(value=float() as value):
            yield from (ast.Constant(other) for other in _other_floats(value))
        case ast.IfExp(body=body, orelse=orelse):
            yield _with(node, body=orelse, orelse=body)
        case ast.Return(value=value) if value is not None and not _is_none(value):
            yield _with(node, value=ast.Constant(None))
        case ast.Continue():
            yield ast.Break()
        case ast.Break():
            yield ast.Continue()
        case ast.Expr(value=ast.Call()) | ast.Assign(targets=[ast.Subscript() | ast.Attribute()]):
            yield ast.Pass()
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
            for place, loop in enumerate(node.generators):
                if loop.ifs:
                    bare = _with(loop, ifs=[])
                    yield _with(
                        node, generators=[*node.generators[:place], bare, *node.generators[place + 1 :]]
                    )
        case ast.Call():
            yield from _called(node)


def _means(node: ast.AST) -> str:
    """What it computes, written one way only: what reads alike here is the same however its parts are put."""
    return ast.dump(_Plain().visit(copy.deepcopy(node)))


class _Plain(ast.NodeTransformer):
    """Takes out what makes no difference: times one, plus nothing, one of two that are the same."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        neutral = _NEUTRAL.get(type(node.op))
        if neutral is None:
            return node
        if _is_number(node.right, neutral):
            return node.left
        turned = isinstance(node.op, ast.Add | ast.Mult)
        return node.right if turned and _is_number(node.left, neutral) else node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        self.generic_visit(node)
        return node.values[0] if _alike(node.values) else node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        self.generic_visit(node)
        nothing = isinstance(node.op, ast.UAdd) or (
            isinstance(node.op, ast.USub) and _is_number(node.operand, 0)
        )
        return node.operand if nothing else node

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        self.generic_visit(node)
        return node.body if _alike([node.body, node.orelse]) else node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        one_of = name in _ONE_OF and len(node.args) > 1 and not node.keywords
        return node.args[0] if one_of and _alike(node.args) else node


_NEUTRAL: dict[type[ast.operator], int] = {
    ast.Add: 0,
    ast.Sub: 0,
    ast.Mult: 1,
    ast.Div: 1,
    ast.Pow: 1,
}
"""What may stand to the right of each operation and change nothing."""
_ONE_OF = {"min", "max", "minimum", "maximum"}


def _is_number(node: ast.AST, value: int) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) in (int, float) and node.value == value


def _alike(nodes: Sequence[ast.AST]) -> bool:
    return len({ast.dump(node) for node in nodes}) == 1


def _other_floats(value: float) -> tuple[float, ...]:
    """Twice and half; of a tolerance of rounding, which any number like it could be, a thousand times."""
    if value == 0:
        return (1.0,)
    return (value * 1000,) if abs(value) < _ROUNDING else (value * 2, value / 2)


def _is_none(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _called(node: ast.Call) -> Iterator[ast.AST]:
    """Another function, or the first two arguments in each other's place."""
    function = node.func
    name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
    if name in _CALLED:
        other = _CALLED[name]
        yield _with(
            node, func=ast.Name(other) if isinstance(function, ast.Name) else _with(function, attr=other)
        )
    if len(node.args) > 1 and name not in _SYMMETRIC:
        first, second, *rest = node.args
        starred = isinstance(first, ast.Starred) or isinstance(second, ast.Starred)
        if not starred and ast.dump(first) != ast.dump(second):
            yield _with(node, args=[second, first, *rest])
