import { PROGRAM } from '../../src/base/product.ts';
import { type CommandEntry, labelOf } from '../../src/cli/command-entry.ts';

/**
 * What can stand for a word of the help: words, files (`*.yaml` for a config), or folders. For other words, such as
 * timestamps, nothing is suggested: a key press never goes over the network.
 */
const VALUES: Readonly<Record<string, string>> = {
  CONFIG: 'yaml',
  FILE: 'file',
  'FILE.db': 'file',
  'FILE.html': 'file',
  'FILE.prom': 'file',
  OFFSETS_FILE: 'file',
  PATH: 'file',
  DIRECTORY: 'folder',
  LOCAL_BACKUP_DIR: 'folder',
  SCOPE: 'words coordinator segment_host segment',
  OPTION: 'words aws_secret_access_key aws_session_token',
  TYPE: 'words full incremental metadata-only data-only',
  FIELD: 'words name rows bytes skew',
  GROUP: 'words database month type class',
  ROLE: 'words backup restore delete operator',
  'N/T': 'words auto',
};

/** The words that are suggested for a word of the help, or undefined. */
export function suggestedWords(label: string): readonly string[] | undefined {
  const [kind, ...words] = (VALUES[label] ?? '').split(' ');
  return kind === 'words' ? words : undefined;
}

/** Completion for bash, without the package bash-completion: commands, flags, known values, files. */
export function bashCompletion(commands: Readonly<Record<string, CommandEntry>>): string {
  const all = Object.entries(commands);
  const namesOf = (isForPeople: boolean): string =>
    all
      .filter(([, { kind }]) => (kind === 'catalogue' || kind === 'operator') === isForPeople)
      .map(([name]) => name)
      .join(' ');
  const cases = all.map(([name, entry]) => {
    const flags = Object.keys(entry.options).map((flag) => {
      const label = entry.optionValues[flag];
      return label === undefined ? `--${flag}` : `--${flag}=${label}`;
    });
    const labels = entry.arguments.map(({ name: label }) => labelOf(label));
    return `    ${name}) flags='${[...flags, '--help'].join(' ')}' labels='${labels.join(' ')}' ;;`;
  });
  const values = Object.entries(VALUES).map(([label, value]) => {
    const [kind = '', ...words] = value.split(' ');
    return `    ${label}) ${kind === 'words' ? `__${PROGRAM}_words '${words.join(' ')}'` : `__${PROGRAM}_${kind}`} ;;`;
  });
  return `# bash completion for ${PROGRAM}; made from its table of commands

__${PROGRAM}_words() {
  COMPREPLY=($(compgen -W "$1" -- "$cur"))
}

__${PROGRAM}_file() {
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen -f -- "$cur")
}

__${PROGRAM}_folder() {
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen -d -- "$cur")
}

__${PROGRAM}_yaml() {
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen -f -X '!*.yaml' -- "$cur"; compgen -f -X '!*.yml' -- "$cur"; compgen -d -- "$cur")
}

__${PROGRAM}_value() {
  case "$1" in
${values.join('\n')}
  esac
}

__${PROGRAM}() {
  local IFS=$' \\t\\n' cur=\${COMP_WORDS[COMP_CWORD]} flags labels flag word at
  local people='${namesOf(true)}'
  local others='${namesOf(false)}'
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    __${PROGRAM}_words "$people help --help --version"
    if ((\${#COMPREPLY[@]} == 0)); then __${PROGRAM}_words "$others"; fi
    return
  fi
  case "\${COMP_WORDS[1]}" in
    help)
      if ((COMP_CWORD == 2)); then __${PROGRAM}_words "options errors $people $others"; fi
      return
      ;;
${cases.join('\n')}
    *) return ;;
  esac
  # bash breaks --flag=value into three words.
  local flag_at=$((COMP_CWORD - 1))
  if [[ $cur == = ]]; then
    cur=
  elif [[ \${COMP_WORDS[COMP_CWORD - 1]} == = ]]; then
    flag_at=$((COMP_CWORD - 2))
  fi
  for flag in $flags; do
    if [[ $flag == *=* && \${COMP_WORDS[flag_at]} == "\${flag%%=*}" ]]; then
      __${PROGRAM}_value "\${flag#*=}"
      return
    fi
  done
  if [[ $cur == -* ]]; then
    local names=
    for flag in $flags; do names+=" \${flag%%=*}"; done
    __${PROGRAM}_words "$names"
    return
  fi
  # The arguments before this word: without flags and their values.
  local -a left=($labels)
  for ((at = 2; at < COMP_CWORD; at++)); do
    word=\${COMP_WORDS[at]}
    if [[ $word == --* ]]; then
      for flag in $flags; do
        if [[ $flag == "$word="* ]]; then ((at++)); fi
      done
      if [[ \${COMP_WORDS[at]} == = ]]; then ((at++)); fi
    else
      left=("\${left[@]:1}")
    fi
  done
  if ((\${#left[@]} > 0)); then __${PROGRAM}_value "\${left[0]}"; fi
}

complete -F __${PROGRAM} ${PROGRAM}
`;
}
