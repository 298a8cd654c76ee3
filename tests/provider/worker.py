"""A parent of workers (see `bad_road`): for each line on its input it forks one that collects a part, and says how it ended."""

import json
import os
import sys
from datetime import datetime

import django


def main() -> None:
    django.setup()
    from django.db import connection, connections

    from services.deferred import collecting
    from services.foundation.provider import port

    said = os.fdopen(os.dup(1), "w")

    def say(**what: object) -> None:
        said.write(json.dumps(what) + "\n")
        said.flush()

    say(ready=connection.settings_dict["NAME"])
    for line in sys.stdin:
        wish = json.loads(line)
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                collecting.collect(wish["part"], now=datetime.fromisoformat(wish["now"]))
                code = 0
            except port.Unknown:
                code = 3
            finally:
                connections.close_all()
                os._exit(code)
        say(pid=pid)
        _pid, status = os.waitpid(pid, 0)
        say(ended=os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main()
