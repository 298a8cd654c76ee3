"""PostgreSQL and Redis out of Python wheels, for `make run` and `make test` on a machine that has neither. Never production."""
