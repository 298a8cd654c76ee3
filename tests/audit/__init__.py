"""What is measured of the open house: `make audit` measures everything, `make test` a chosen part with the same code."""
