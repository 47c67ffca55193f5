"""Loads the entry file and calls what it defines, by the calling rules."""

import sys
from _frozen_importlib import module_from_spec
from _frozen_importlib_external import SourceFileLoader, spec_from_file_location


def execute(request, announce):
    """Loads the entry file and calls what it defines; gives what the call returned. Announces that it is to call."""
    folder, phase = request['script'], request['phase']
    path = folder + '/' + request['entry']
    prepare_path(folder, path, request.get('lib'))
    sys.argv[:] = [path, *request.get('args', ())]
    name = module_name(path)
    loader = SourceFileLoader(name, path)
    code = loader.get_code(name)
    # In place of the harness: multiprocessing asks __main__ what its children have to load.
    main = sys.modules['__main__'] = type(sys)('__main__')
    if phase == 'main' and is_program(code, request.get('calling')):
        main.__dict__.update(__file__=path, __builtins__=__builtins__, __cached__=None)
        exec(code, main.__dict__)
        return None
    announce()
    # Known under its file's name, so that pickle, dataclasses and `import main` find it.
    module = sys.modules[name] = module_from_spec(spec_from_file_location(name, path, loader=loader))
    exec(code, module.__dict__)
    function = module.__dict__.get(phase)
    if not callable(function):
        raise CannotCall(f'{request["entry"]} defines no function {phase}')
    value = call(function, phase, request)
    if type(value).__name__ == 'coroutine':
        import asyncio

        value = asyncio.run(value)
    return value


def prepare_path(folder, path, lib):
    own = path.rpartition('/')[0]
    # Python put the harness's own folder first.
    sys.path[:1] = [own] if own == folder else [own, folder]
    if lib:
        sys.path.append(lib)


def is_program(code, calling):
    """Whether the file runs as __main__. The check of the push knows; without it the compiled file is asked."""
    if calling:
        return calling['kind'] == 'program'
    if 'main' not in code.co_names:
        return True
    if '__name__' not in code.co_names or '__main__' not in code.co_consts:
        return False
    for constant in code.co_consts:
        if getattr(constant, 'co_name', None) == 'main':
            names = constant.co_varnames[: constant.co_argcount + constant.co_kwonlyargcount]
            return 'data' not in names and 'run' not in names
    return False


def module_name(path):
    name = path.rpartition('/')[2].partition('.')[0]
    taken = name in sys.modules or name in getattr(sys, 'stdlib_module_names', ())
    return 'script_' + name if taken else name


def call(function, phase, request):
    """Calls it with what it names: data and run; one required parameter of another name gets data."""
    known = {'data': request['data'], 'run': Run(request['run'])}
    asked = parameters(function)
    others = [name for name, _, required in asked if required and name not in known]
    if len(others) == 1 and 'data' not in [name for name, _, _ in asked]:
        known[others[0]] = request['data']
    elif others:
        names = ', '.join(name for name, _, _ in asked)
        raise CannotCall(f'{phase}({names}) cannot be called: {others[0]} is neither data nor run, and has no default')
    positional, keywords = [], {}
    for name, kind, _ in asked:
        if name in known and kind == 'positional':
            positional.append(known[name])
        elif name in known:
            keywords[name] = known[name]
        elif kind == 'positional':
            break  # one that keeps its default ends what can be given by place
    return function(*positional, **keywords)


def parameters(function):
    """(name, 'positional' | 'normal' | 'keyword', required) of each; *rest and **keywords are left empty."""
    code = getattr(function, '__code__', None)
    if code is None or any(hasattr(function, name) for name in ('__wrapped__', '__signature__', '__self__')):
        import inspect

        kinds = {'POSITIONAL_ONLY': 'positional', 'POSITIONAL_OR_KEYWORD': 'normal', 'KEYWORD_ONLY': 'keyword'}
        found = inspect.signature(function).parameters.values()
        return [(p.name, kinds[p.kind.name], p.default is p.empty) for p in found if p.kind.name in kinds]
    count = code.co_argcount
    optional = count - len(function.__defaults__ or ())
    by_place = [
        (name, 'positional' if place < code.co_posonlyargcount else 'normal', place < optional)
        for place, name in enumerate(code.co_varnames[:count])
    ]
    defaults = function.__kwdefaults__ or {}
    only = code.co_varnames[count : count + code.co_kwonlyargcount]
    return by_place + [(name, 'keyword', name not in defaults) for name in only]


class Run:
    """What a script may know of its run: id, script, commit, cause, scheduled_at, started_at, attempt, input."""

    def __init__(self, values):
        self.__dict__.update(values)

    def __repr__(self):
        return f'<run {self.id} of {self.script}>'


class CannotCall(Exception):
    """main or trigger is missing, or asks for more than there is to give."""
