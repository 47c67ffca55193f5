"""Reads syntax trees of files and runs nothing of them: one resident process, asked and answering on descriptor 3.

Each request is a line of JSON, [[path, text], …]; the answer is one line, a list with one analysis per file:
{error?: {line, column, message}, main?, trigger?: {line, parameters: [{name, kind, required}]}, guard}.
"""

import ast
import json
import os
import sys
import warnings

DEF = (ast.FunctionDef, ast.AsyncFunctionDef)


def analyse(path, text):
    found = {'guard': False}
    try:
        source = text.encode('utf-8', 'surrogatepass')
        if b'\0' in source:
            return failed(found, *place_of_null(text), 'source code cannot contain null bytes')
        tree = compile(source, path, 'exec', ast.PyCF_ONLY_AST, dont_inherit=True)
        # Some mistakes (a return outside a function) are found only further on.
        compile(tree, path, 'exec', dont_inherit=True)
        read_block(tree.body, found)
    except SyntaxError as error:
        return failed({'guard': False}, error.lineno, error.offset, error.msg)
    except RecursionError:
        return failed({'guard': False}, 1, 1, 'is nested too deeply')
    except MemoryError:
        return failed({'guard': False}, 1, 1, 'is nested too deeply, or too large')
    except ValueError as error:
        return failed({'guard': False}, 1, 1, str(error))
    return found


def read_block(body, found):
    """The names that the statements bind at the module's level, the last one standing."""
    for node in body:
        if isinstance(node, DEF):
            # What a decorator gives back cannot be read here.
            bind(found, node.name, node, None if node.decorator_list else node.args)
        elif isinstance(node, ast.ClassDef):
            bind(found, node.name, node)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                bind(found, alias.asname or alias.name.partition('.')[0], node)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            if node.value is not None:
                args = node.value.args if isinstance(node.value, ast.Lambda) else None
                for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                    for name in names_in(target):
                        bind(found, name, node, args)
        else:
            if isinstance(node, ast.If) and is_guard(node.test):
                found['guard'] = True
                read_block(node.orelse, found)
                continue
            for inner in ('body', 'orelse', 'finalbody'):
                read_block(getattr(node, inner, ()), found)
            for handler in (*getattr(node, 'handlers', ()), *getattr(node, 'cases', ())):
                read_block(handler.body, found)


# What is bound to a name otherwise than by `def` (an import, a decorator's result) may take anything.
ANY = [
    {'name': 'args', 'kind': 'rest', 'required': False},
    {'name': 'kwargs', 'kind': 'keywords', 'required': False},
]


def bind(found, name, node, args=None):
    if name in ('main', 'trigger'):
        found[name] = {'line': node.lineno, 'parameters': ANY if args is None else parameters(args)}


def names_in(target):
    if isinstance(target, ast.Name):
        return [target.id]
    return [name for item in getattr(target, 'elts', ()) for name in names_in(item)]


def is_guard(test):
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or not isinstance(test.ops[0], ast.Eq):
        return isinstance(test, ast.BoolOp) and any(is_guard(value) for value in test.values)
    sides = (test.left, test.comparators[0])
    return any(getattr(side, 'id', None) == '__name__' for side in sides) and any(
        getattr(side, 'value', None) == '__main__' for side in sides
    )


def parameters(args):
    by_place = [(arg, 'positional') for arg in args.posonlyargs] + [(arg, 'normal') for arg in args.args]
    optional = len(by_place) - len(args.defaults)
    listed = [(arg, kind, place < optional) for place, (arg, kind) in enumerate(by_place)]
    if args.vararg:
        listed.append((args.vararg, 'rest', False))
    listed += [(arg, 'keyword', default is None) for arg, default in zip(args.kwonlyargs, args.kw_defaults)]
    if args.kwarg:
        listed.append((args.kwarg, 'keywords', False))
    return [{'name': arg.arg, 'kind': kind, 'required': required} for arg, kind, required in listed]


def place_of_null(text):
    before = text[: text.index('\0')]
    return before.count('\n') + 1, len(before) - (before.rfind('\n') + 1) + 1


def failed(found, line, column, message):
    found['error'] = {'line': max(line or 1, 1), 'column': max(column or 1, 1), 'message': message}
    return found


def serve():
    warnings.simplefilter('ignore')
    asked = os.fdopen(3, 'rb', closefd=False)
    for line in asked:
        answer = json.dumps([analyse(path, text) for path, text in json.loads(line)]) + '\n'
        rest = memoryview(answer.encode())
        while rest:
            rest = rest[os.write(3, rest) :]


if __name__ == '__main__':
    sys.exit(serve())
