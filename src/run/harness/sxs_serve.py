"""Reads the request, has it done, answers. The protocol stands in harness.py."""

import os
import sys

from sxs_call import execute
from sxs_json import NotJson, dump_limited, quote

ANSWER = 63  # away from 3, which scripts that open or close files by number would hit
SMALL = 16 * 1024  # above it, reading the request by json costs less than compiling it
HERE = os.path.dirname(__file__)


def serve():
    """Reads the request, does it, answers; gives the exit code."""
    request = read_request()
    for path, text in request.pop('files', ()):
        keep(path, text)
    owner = os.getpid()
    sys.stdout.reconfigure(line_buffering=True, errors='backslashreplace')
    streams = (sys.stdout, sys.stderr)
    kind, members, code = perform(request)
    # A child that the script forked comes back here too; only the script itself answers.
    if os.getpid() == owner:
        for stream in streams:
            try:
                stream.flush()
            except (OSError, ValueError):
                pass
        answer(kind, **members)
    return code


def keep(path, text):
    """Writes a secret that was asked for as a file, for nobody but the script."""
    os.makedirs(os.path.dirname(path), 0o700, exist_ok=True)
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    with open(file, 'wb') as writer:
        writer.write(text.encode())


def perform(request):
    """(kind of answer, its members as JSON texts, exit code)"""
    try:
        try:
            value = execute(request, announce)
            if request['phase'] == 'trigger':
                value = bool(value)
        except SystemExit as error:
            code = exit_code(error)
            if code:
                return 'exited', {'code': str(code)}, code
            return 'exited', {'code': '0', 'data': quote(dump_limited(request['data'], 'data'))}, 0
        result = quote(dump_limited(value, 'result'))
        return 'returned', {'result': result, 'data': quote(dump_limited(request['data'], 'data'))}, 0
    except NotJson as problem:
        print(problem, file=sys.stderr)
        members = {'where': quote(problem.where), 'type': quote(problem.kind), 'message': quote(str(problem))}
        return 'not-json', members, 1
    except BaseException as error:
        sys.path.insert(0, HERE)
        import sxs_failure

        del sys.path[0]
        return 'raised', {'error': sxs_failure.describe(error, request, HERE)}, 1


def read_request():
    """The line that the server wrote; from here on nothing that the script starts inherits the pipe."""
    os.dup2(3, ANSWER, inheritable=False)
    os.close(3)
    line = b''
    while not line.endswith(b'\n'):
        part = os.read(ANSWER, 65536)
        if not part:
            sys.exit('the server closed the pipe before it asked')
        line += part
    if len(line) <= SMALL:
        try:
            # Every JSON text is a Python expression but for three names; the server wrote it by JSON.stringify.
            return eval(line, {'__builtins__': {}, 'true': True, 'false': False, 'null': None})
        except (SyntaxError, MemoryError, RecursionError):
            pass  # nested deeper than the parser goes
    import json

    return json.loads(line)


def announce():
    """Tells the server, by an empty line, that a function is called, which has to answer."""
    try:
        os.write(ANSWER, b'\n')
    except OSError:
        pass  # nobody listens: there will be nobody to answer either


def answer(kind, **members):
    members['peakMemoryBytes'] = str(peak_memory())
    line = '{"kind":"' + kind + '"'
    for name, text in members.items():
        if text is not None:
            line += ',"' + name + '":' + text
    rest = memoryview((line + '}\n').encode())
    try:
        while rest:
            rest = rest[os.write(ANSWER, rest) :]
        os.close(ANSWER)
    except OSError:
        pass  # the script closed the pipe, or nobody listens: the exit code speaks


def peak_memory():
    """Of this process, in bytes. The children's is asked only where something could have made children."""
    peak = 0
    try:
        with open('/proc/self/status', 'rb') as file:
            for line in file:
                if line.startswith(b'VmHWM:'):
                    peak = int(line.split()[1]) * 1024
                    break
    except OSError:
        pass
    if not peak or 'subprocess' in sys.modules or 'multiprocessing' in sys.modules:
        import resource

        unit = 1 if sys.platform == 'darwin' else 1024
        children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * unit
        peak = max(peak or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit, children)
    return peak


def exit_code(error):
    """As the interpreter would leave: None is 0, a number itself, anything else is printed and 1."""
    if error.code is None:
        return 0
    if isinstance(error.code, int):
        return error.code & 0xFF
    print(error.code, file=sys.stderr)
    return 1
