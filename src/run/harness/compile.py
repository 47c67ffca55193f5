"""Compiles every .py file below a folder into its __pycache__: `python compile.py FOLDER [FINAL]`.

FINAL is where the folder will be found when it is used; tracebacks name it. The files are marked as never to be
checked against their source, so the folder must not change afterwards. A file that cannot be compiled is left out.
"""

import _imp
import os
import sys
import warnings
from _frozen_importlib_external import _code_to_hash_pyc, cache_from_source


def compile_folder(folder, final):
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name != '__pycache__']
        for name in files:
            if name.endswith('.py'):
                path = os.path.join(parent, name)
                compile_file(path, final + path[len(folder) :])


def compile_file(path, final):
    with open(path, 'rb') as file:
        source = file.read()
    try:
        code = compile(source, final, 'exec', dont_inherit=True)
    except (SyntaxError, ValueError, MemoryError, RecursionError, Warning):
        return  # said when it is run
    target = cache_from_source(path)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    with open(target + '.new', 'wb') as file:
        file.write(_code_to_hash_pyc(code, _imp.source_hash(0xA7F3, source), False))
    os.replace(target + '.new', target)


if __name__ == '__main__':
    # What warns is compiled again at each run, and so warns each time, as it would outside.
    warnings.simplefilter('error', SyntaxWarning)
    own = sys.argv[1].rstrip('/')
    compile_folder(own, sys.argv[2].rstrip('/') if len(sys.argv) > 2 else own)
