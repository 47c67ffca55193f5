"""Runs one script, or asks one gate, inside its sandbox.

Started by the environment's own interpreter as `python -B -s -X utf8 harness.py`, with a duplex pipe on
file descriptor 3. The server writes one line and the harness answers with one; after that nothing is said.

Request, a line of JSON:
    phase       'main' or 'trigger'
    script      the folder of the code;  entry: the file in it;  lib: the shared modules, last on sys.path
    args        becomes sys.argv[1:]
    calling     optional: {'kind': 'main'} or {'kind': 'program'}, as the check of the push found it
    data        the dict kept for the script
    run         id, script, commit, cause, scheduled_at, started_at, attempt, input

Answer, a line of JSON, always with peakMemoryBytes:
    {kind: 'returned', result, data}     result and data are JSON *texts*, so that integers beyond 2^53 stay whole;
                                         of a gate, the result is 'true' or 'false'
    {kind: 'exited', code, data}         SystemExit; data is absent when it is not JSON
    {kind: 'raised', error: {type, message, traceback}}
    {kind: 'not-json', where, type, message}   result or data cannot be kept; `where` names the place

Before the answer an empty line says that a function is about to be loaded and called, not a program run.

The answer is given when the script's code has returned; threads that are no daemons, atexit functions and open
files then end as Python always ends them, so an answer is final only together with the exit code. A process that
ends without an answer (os._exit, a signal, a crash) is judged by its exit code alone, and one that was to call a
function has failed even with exit code 0: nobody knows what it would have left.

Cold start is what these files are written for: they import nothing that a bare interpreter has not loaded already,
and sxs_failure only where there is a failure. This file is compiled at each start, so it is short. The others, and
the script, are read from __pycache__ where it holds them, which saves 4 ms and 2 ms or more; what puts them there is
    python -W error::SyntaxWarning -m compileall -qq --invalidation-mode unchecked-hash FOLDER
(a file that warns is left out, and so warns at each run, as it would outside).
"""


if __name__ == '__main__':
    import sys

    here = __file__.rpartition('/')[0]
    if sys.path[:1] != [here]:  # PYTHONSAFEPATH
        sys.path.insert(0, here)
    import sxs_serve

    sys.exit(sxs_serve.serve())
