"""The trigger functions and triggers on PostgreSQL.

The functions need no column list (to_jsonb takes the row), so one serves every table.
The error codes AU001 and AU002 are ours; ``registry.database.problems`` puts them into words.
"""

from dataclasses import dataclass

from registry.audit.shape import APPEND_ONLY, TRAIL, Shape

# Without time zone UTC the text of an instant would depend on who writes.
_RECORD = """
DECLARE
  own_tx text := nullif(current_setting('audit.tx', true), '');
  old_row jsonb := CASE WHEN TG_OP = 'UPDATE' THEN to_jsonb(OLD) END;
  new_row jsonb := to_jsonb(NEW);
  old_key text;
  new_key text;
BEGIN
  IF own_tx IS NULL THEN
    RAISE EXCEPTION 'audit: no context' USING ERRCODE = 'AU001';
  END IF;
  SELECT string_agg(old_row ->> part, '/' ORDER BY place),
         string_agg(new_row ->> part, '/' ORDER BY place)
    INTO old_key, new_key FROM unnest(TG_ARGV) WITH ORDINALITY AS key_parts (part, place);
  IF TG_OP = 'UPDATE' AND old_key IS DISTINCT FROM new_key THEN
    RAISE EXCEPTION 'audit: the key of a % row never changes', TG_TABLE_NAME
      USING ERRCODE = 'AU002';
  END IF;
  INSERT INTO audit_entry (tx, tbl, row_id, op, old, new)
  VALUES (own_tx, TG_TABLE_NAME, new_key, left(TG_OP, 1), old_row::text, new_row::text);
  RETURN NULL;
END
"""

_REFUSE = """
BEGIN
  RAISE EXCEPTION 'audit: % rows are never removed or rewritten', TG_TABLE_NAME
    USING ERRCODE = 'AU002';
END
"""

_OWN = """
BEGIN
  IF NEW.tx IS DISTINCT FROM nullif(current_setting('audit.tx', true), '') THEN
    RAISE EXCEPTION 'audit: an entry or a seal belongs to its own transaction'
      USING ERRCODE = 'AU002';
  END IF;
  RETURN NEW;
END
"""

_STEP = """
BEGIN
  IF NEW.id <> OLD.id OR NEW.seq <> OLD.seq + 1 THEN
    RAISE EXCEPTION 'audit: the head only moves one step forward' USING ERRCODE = 'AU002';
  END IF;
  RETURN NEW;
END
"""

FUNCTIONS = {
    "audit_record": _RECORD,
    "audit_refuse": _REFUSE,
    "audit_own": _OWN,
    "audit_step": _STEP,
}


@dataclass(frozen=True, slots=True)
class Trigger:
    """One trigger, comparable with a row of pg_trigger."""

    table: str
    name: str
    function: str
    moment: str
    events: tuple[str, ...]
    per_row: bool = True
    arguments: tuple[str, ...] = ()

    @property
    def type_bits(self) -> int:
        """Return pg_trigger.tgtype: the bits of src/include/catalog/pg_trigger.h."""
        events = {"INSERT": 4, "DELETE": 8, "UPDATE": 16, "TRUNCATE": 32}
        bits = sum(events[event] for event in self.events)
        return bits + (1 if self.per_row else 0) + (2 if self.moment == "BEFORE" else 0)

    @property
    def statement(self) -> str:
        arguments = ", ".join("'" + name.replace("'", "''") + "'" for name in self.arguments)
        scope = "ROW" if self.per_row else "STATEMENT"
        return (
            f'CREATE TRIGGER "{self.name}" {self.moment} {" OR ".join(self.events)} '
            f'ON "{self.table}" FOR EACH {scope} EXECUTE FUNCTION {self.function}({arguments})'
        )


def triggers(shapes: dict[str, Shape], tables: list[Shape]) -> list[Trigger]:
    """Return every trigger the database must hold."""
    found = [trigger for shape in tables for trigger in _recorded(shape)]
    for table in sorted((APPEND_ONLY | TRAIL) & shapes.keys()):
        events = ("DELETE", "UPDATE") if table in APPEND_ONLY else ("DELETE",)
        found += _refused(table, events)
    own = [
        Trigger(table, f"audit_{table}_own", "audit_own", "BEFORE", ("INSERT",))
        for table in ("audit_entry", "audit_tx")
    ]
    step = Trigger("audit_head", "audit_audit_head_step", "audit_step", "BEFORE", ("UPDATE",))
    no_second = Trigger(
        "audit_head", "audit_audit_head_insert", "audit_refuse", "BEFORE", ("INSERT",)
    )
    return [*found, *own, step, no_second]


def _recorded(shape: Shape) -> list[Trigger]:
    record = Trigger(
        shape.table,
        f"audit_{shape.table}_record",
        "audit_record",
        "AFTER",
        ("INSERT", "UPDATE"),
        arguments=shape.key,
    )
    return [record, *_refused(shape.table, ("DELETE",))]


def _refused(table: str, events: tuple[str, ...]) -> list[Trigger]:
    return [
        Trigger(table, f"audit_{table}_refuse", "audit_refuse", "BEFORE", events),
        Trigger(
            table, f"audit_{table}_truncate", "audit_refuse", "BEFORE", ("TRUNCATE",), per_row=False
        ),
    ]


def function_statement(name: str, source: str, schema: str) -> str:
    """Return the definition; it runs as its owner with a search path nobody else controls."""
    return (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER "
        f"SET search_path = \"{schema}\", pg_temp SET timezone = 'UTC' AS $audit${source}$audit$"
    )
