"""What is needed only when the script raised."""

import sys
import traceback

from sxs_json import quote

LONGEST = 64 * 1024


def describe(error, request, harness):
    """The error as JSON text; the traceback, from the script's first frame on, also goes to standard error."""
    if type(error).__name__ == 'CannotCall':
        print(error, file=sys.stderr)
        return to_json('CannotCall', str(error), '')
    try:
        told = traceback.TracebackException(type(error), error, error.__traceback__)
        trim(told, request, harness, set())
        text = ''.join(told.format())
    except Exception as second:  # an exception class can break anything that is asked of it
        text = f'{type(error).__name__}: its traceback cannot be shown: {type(second).__name__}\n'
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except (OSError, ValueError, AttributeError):
        pass
    return to_json(name_of(type(error), request), message_of(error), text)


def trim(told, request, harness, seen):
    """Drops the frames before the script's own and shortens the paths, down the whole chain of exceptions."""
    if told is None or id(told) in seen:
        return
    seen.add(id(told))
    own = [frame for frame in told.stack if not is_machinery(frame.filename, harness)]
    for frame in own:
        frame.line  # read now: it is looked up by the full path
        frame.filename = shorten(frame.filename, request)
    told.stack[:] = own
    if isinstance(getattr(told, 'filename', None), str):
        told.filename = shorten(told.filename, request)
    for next in (told.__cause__, told.__context__, *(getattr(told, 'exceptions', None) or ())):
        trim(next, request, harness, seen)


def is_machinery(filename, harness):
    return filename.startswith((harness + '/', '<frozen importlib'))


def shorten(filename, request):
    for folder, name in ((request['script'], ''), (request.get('lib'), 'lib/')):
        if folder and filename.startswith(folder + '/'):
            return name + filename[len(folder) + 1 :]
    return filename


def name_of(kind, request):
    if kind.__module__ in ('builtins', '__main__', request['entry'].rpartition('/')[2].partition('.')[0]):
        return kind.__qualname__
    return f'{kind.__module__}.{kind.__qualname__}'


def message_of(error):
    try:
        return str(error)
    except BaseException as second:
        return f'its message cannot be shown: {type(second).__name__}'


def to_json(kind, message, text):
    return '{"type":%s,"message":%s,"traceback":%s}' % (quote(kind), quote(cut(message)), quote(cut(text)))


def cut(text):
    """The beginning and the end of what is too long."""
    if len(text) <= LONGEST:
        return text
    return text[: LONGEST // 2] + f'\n… {len(text) - LONGEST} characters left out …\n' + text[-LONGEST // 2 :]
