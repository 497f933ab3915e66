"""The triggers on SQLite, as the very text the database stores, so that drift is visible.

``audit_ctx`` is a function that only our connections have (see ``wiring``): any other program
that writes, a shell too, is refused with "no such function".
"""

from registry.audit.shape import APPEND_ONLY, Shape


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def body(shape: Shape, row: str) -> str:
    """Return the expression that renders one row as JSON text.

    Concatenated, because json_object takes at most 63 columns.
    """
    parts = []
    for number, (column, declared) in enumerate(shape.columns):
        label = ("{" if number == 0 else ",") + f'"{column}":'
        parts.append(f"'{label}' || {_value(f'{row}.{quoted(column)}', declared)}")
    return " || ".join(parts) + " || '}'"


def _value(column: str, declared: str) -> str:
    if "BLOB" in declared:  # JSON has no bytes
        return f"json_quote(lower(nullif(hex({column}), '')))"
    if any(word in declared for word in ("REAL", "FLOA", "DOUB", "NUMERIC", "DECIMAL")):
        # json_quote would cut a real to 15 digits: 0.1 + 0.2 became 0.3
        return (
            f"CASE typeof({column}) WHEN 'real' THEN printf('%!.17g', {column})"
            f" ELSE json_quote({column}) END"
        )
    return f"json_quote({column})"


def row_id(shape: Shape, row: str) -> str:
    """Return the expression of the row's key as text; a UUID is written as Python's str does."""
    return " || '/' || ".join(_key(f"{row}.{quoted(column)}") for column in shape.key)


def _key(column: str) -> str:
    digits = f"hex({column})"
    cuts = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
    uuid = " || '-' || ".join(f"substr({digits}, {start}, {length})" for start, length in cuts)
    return f"CASE typeof({column}) WHEN 'blob' THEN lower({uuid}) ELSE CAST({column} AS TEXT) END"


def statements(shapes: dict[str, Shape], tables: list[Shape]) -> dict[str, str]:
    """Return every trigger the database must hold: name to statement."""
    found: dict[str, str] = {}
    for shape in tables:
        found |= _recorded(shape)
    for table in sorted(APPEND_ONLY & shapes.keys()):
        found |= _append_only(table)
    return found | _guarded_trail()


def _recorded(shape: Shape) -> dict[str, str]:
    table = shape.table
    changed = " OR ".join(f"NEW.{quoted(c)} IS NOT OLD.{quoted(c)}" for c in shape.key)
    moved = _refusal(f"audit: the key of a {table} row never changes")
    deleted = _refusal(f"audit: {table} rows are never deleted")
    return dict(
        (
            _trigger(table, "insert", "AFTER INSERT", _entry(shape, "I", "NULL")),
            _trigger(table, "update", "AFTER UPDATE", _entry(shape, "U", body(shape, "OLD"))),
            _trigger(table, "key", "BEFORE UPDATE", moved, when=changed),
            _trigger(table, "delete", "BEFORE DELETE", deleted),
        )
    )


def _entry(shape: Shape, operation: str, old: str) -> str:
    columns = ("tx", "tbl", "row_id", "op", "old", "new")
    who = ("audit_ctx('tx')", f"'{shape.table}'", row_id(shape, "NEW"))
    values = (*who, f"'{operation}'", old, body(shape, "NEW"))
    return f"INSERT INTO audit_entry ({', '.join(columns)}) VALUES ({', '.join(values)})"  # noqa: S608


def _append_only(table: str) -> dict[str, str]:
    refusal = _refusal(f"audit: {table} rows are never changed")
    return dict(
        (
            _trigger(table, "update", "BEFORE UPDATE", refusal),
            _trigger(table, "delete", "BEFORE DELETE", refusal),
        )
    )


def _guarded_trail() -> dict[str, str]:
    foreign = _refusal("audit: an entry or a seal belongs to its own transaction")
    other = "NEW.tx IS NOT audit_ctx('tx')"
    head = _refusal("audit: the head only moves one step forward")
    return dict(
        (
            _trigger("audit_entry", "insert", "BEFORE INSERT", foreign, when=other),
            _trigger("audit_tx", "insert", "BEFORE INSERT", foreign, when=other),
            _trigger("audit_head", "insert", "BEFORE INSERT", head),
            _trigger("audit_head", "delete", "BEFORE DELETE", head),
            _trigger(
                "audit_head",
                "update",
                "BEFORE UPDATE",
                head,
                when="NEW.id IS NOT OLD.id OR NEW.seq IS NOT OLD.seq + 1",
            ),
        )
    )


def _refusal(message: str) -> str:
    return f"SELECT RAISE(ABORT, '{message}')"


def _trigger(
    table: str, name: str, moment: str, action: str, when: str | None = None
) -> tuple[str, str]:
    title = f"audit_{table}_{name}"
    condition = f" WHEN {when}" if when else ""
    return title, (
        f"CREATE TRIGGER {quoted(title)} {moment} ON {quoted(table)} FOR EACH ROW{condition} "
        f"BEGIN {action}; END"
    )
