# Two commands for newcomers; README.md gives the plain pip and flask equivalents.
# A Python of your own: make demo PYTHON=/path/to/python3.11

PYTHON ?= $(or $(shell command -v python3.11),$(shell command -v python3))

.PHONY: demo test clean

# A synthetic registry on 127.0.0.1; PORT=8765 make demo chooses the port.
demo test: python
	@exec $(PYTHON) tests/bootstrap.py $@

.PHONY: python
python:
	@test -n "$(PYTHON)" || { echo "There is no Python here: install the packages python3 and python3-venv (Debian, Ubuntu: apt-get install python3 python3-venv)." >&2; exit 3; }

clean:
	rm -rf .venv .test-venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
