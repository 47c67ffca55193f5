"""What a script leaves, as JSON text, without the json package: importing that takes 6 ms."""

LARGEST = 1024 * 1024
DEEPEST = 500


def dump_limited(value, name):
    """The value as JSON text; NotJson names the place that cannot be kept."""
    parts = []
    dump(value, (None, name), parts.append, DEEPEST)
    text = ''.join(parts)
    size = len(text) if text.isascii() else len(text.encode())
    if size > LARGEST:
        raise NotJson((None, name), 'size', f'takes {size} bytes as JSON; the most is {LARGEST} (1 MiB)')
    return text


def dump(value, where, write, depth):
    """Writes the value in parts. `where` is (the place that holds it, its key or index): named only when needed."""
    if value is None:
        write('null')
    elif value is True or value is False:
        write('true' if value else 'false')
    elif isinstance(value, str):
        write(quote(value))
    elif isinstance(value, int):
        try:
            write(int.__repr__(value))
        except ValueError:  # sys.set_int_max_str_digits
            raise NotJson(where, 'int', 'is an integer of too many digits') from None
    elif isinstance(value, float):
        if value != value or value in (float('inf'), float('-inf')):
            raise NotJson(where, 'float', f'is {float.__repr__(value)}, which JSON cannot hold')
        write(float.__repr__(value))
    elif depth == 0:
        raise NotJson(where, 'depth', f'is nested {DEEPEST} deep, or holds itself')
    elif isinstance(value, dict):
        comma = '{'
        for key, item in value.items():
            if not isinstance(key, str):
                kind = type(key).__name__
                raise NotJson(where, kind, f'has the key {key!r:.80}, {named(kind)}; JSON keys are str')
            write(comma + quote(key) + ':')
            dump(item, (where, key), write, depth - 1)
            comma = ','
        write('{}' if comma == '{' else '}')
    elif isinstance(value, (list, tuple)):
        comma = '['
        for index, item in enumerate(value):
            write(comma)
            dump(item, (where, index), write, depth - 1)
            comma = ','
        write('[]' if comma == '[' else ']')
    else:
        kind = type(value).__name__
        raise NotJson(where, kind, f'is {named(kind)}, which JSON cannot hold')


def quote(text):
    """A str as JSON; a lone surrogate stays an escape, so that the line is UTF-8 in any case."""
    if text.isascii() and text.isprintable() and '"' not in text and '\\' not in text:
        return '"' + text + '"'
    # The accelerator alone: the json package would take 6 ms to load.
    from _json import encode_basestring, encode_basestring_ascii

    try:
        text.encode()
        return encode_basestring(text)
    except UnicodeEncodeError:
        return encode_basestring_ascii(text)


def named(kind):
    return ('an ' if kind[:1].lower() in 'aeiou' else 'a ') + kind


def place_of(where):
    """`data.rows[3].when`"""
    steps = []
    while where[0] is not None:
        where, step = where
        if isinstance(step, str) and step.isidentifier():
            steps.append('.' + step)
        else:
            steps.append(f'[{step!r:.80}]')
        if len(steps) > 12:
            steps = steps[-1:] + ['…']
    return where[1] + ''.join(reversed(steps))


class NotJson(Exception):
    """A value that cannot be kept, and the place of it."""

    def __init__(self, where, kind, message):
        self.where, self.kind = place_of(where), kind
        super().__init__(f'{self.where} {message}')
