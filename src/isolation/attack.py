"""Run in the sandbox at the server's start: tries what no script may. Prints, as JSON, what each attempt achieved.

The tier of isolation is named by what did not succeed here, never by what was asked of the kernel.
"""

import json
import os
import socket
import subprocess
import sys


def read_data_folder(target):
    for path in target['private']:
        try:
            if os.path.isdir(path):
                os.listdir(path)
            else:
                open(path, 'rb').close()
        except OSError:
            continue
        return f'read {path}'


def see_server(target):
    for name in os.listdir('/proc'):
        if name.isdigit():
            with open(f'/proc/{name}/cmdline', 'rb') as file:
                if target['server_command'].encode('latin-1') == file.read():
                    return f'process {name} is the server'


def signal_server(target):
    try:
        os.kill(target['server'], 0)
    except ProcessLookupError:
        return None
    # Alone in its namespace that number may be a process of its own.
    with open(f'/proc/{target["server"]}/environ', 'rb') as file:
        if not is_ours(file.read(), target):
            return 'process exists and takes signals'


def read_environments(target):
    for name in os.listdir('/proc'):
        if name.isdigit():
            try:
                with open(f'/proc/{name}/environ', 'rb') as file:
                    found = file.read()
            except OSError:
                continue
            if not is_ours(found, target):
                return f'read the environment of process {name}'


def is_ours(environment, target):
    """Whether it is that of this sandbox, or of what holds it, which is the same for all and tells nothing."""
    variables = environment.decode('latin-1').split('\0')
    return target['marker'] in variables or not set(variables) - {'', *target['launcher']}


def read_shadow(target):
    with open('/etc/shadow', 'rb') as file:
        file.read()
    return 'read /etc/shadow'


def write_outside(target):
    for folder in ('/usr', '/usr/bin', '/etc', '/', '/bin', os.path.dirname(os.path.abspath(__file__)), sys.prefix):
        path = os.path.join(folder, '.sxs-attack')
        try:
            with open(path, 'w'):
                pass
        except OSError:
            continue
        os.unlink(path)
        return f'wrote into {folder}'
    with open(__file__, 'a'):
        return 'opened its own code for writing'


def write_kernel(target):
    for path in ('/proc/sys/kernel/core_pattern', '/proc/sysrq-trigger', '/sys/kernel/uevent_helper'):
        try:
            os.close(os.open(path, os.O_WRONLY))
        except OSError:
            continue
        return f'opened {path} for writing'


def share_tmp(target):
    with open(target['shared']) as file:
        file.read()
    return 'found a file of the server in /tmp'


def reach_network(target):
    socket.create_connection(('127.0.0.1', target['port']), 2).close()
    return 'reached a port of the server'


def have_rights(target):
    if os.geteuid() == 0 or os.getuid() == 0:
        return 'runs as root'
    with open('/proc/self/status') as file:
        said = dict(line.split(':\t', 1) for line in file if ':\t' in line)
    for name in ('CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'):
        # An ordinary user's bounding set is full, but nothing can be gained from it with NoNewPrivs.
        if int(said[name], 16) and not (name == 'CapBnd' and said['NoNewPrivs'].strip() == '1'):
            return f'{name} is {said[name].strip()}'
    if said['NoNewPrivs'].strip() != '1':
        return 'set-uid programs give it their rights'


def hold_files(target):
    for name in os.listdir('/proc/self/fd'):
        if int(name) > 2:
            try:
                path = os.readlink(f'/proc/self/fd/{name}')
            except OSError:
                continue
            if path != '/dev/null':
                return f'was given {path}'


def make_namespace(target):
    made = subprocess.run(['unshare', '--user', '--map-root-user', 'true'], stderr=subprocess.DEVNULL)
    return 'made a user namespace' if made.returncode == 0 else None


def lose_state(target):
    path = os.path.join(target['state'], 'written')
    try:
        with open(path, 'w') as file:
            file.write('yes')
    except OSError as error:
        return f'cannot write its own folder: {error}'


def attempt(attack, target):
    try:
        return attack(target)
    except (OSError, PermissionError, UnicodeDecodeError):
        return None


if __name__ == '__main__':
    ATTACKS = (
        read_data_folder, see_server, signal_server, read_environments, read_shadow, write_outside,
        write_kernel, share_tmp, reach_network, have_rights, hold_files, make_namespace, lose_state,
    )  # fmt: skip
    TARGET = json.loads(sys.argv[1])
    print(json.dumps({attack.__name__: attempt(attack, TARGET) for attack in ATTACKS}))
