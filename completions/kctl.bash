# Made by dev.kctl.cli.GenerateDocs from the commands' own model.
_kctl() {
  local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
  local i command='' words=''
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "${COMP_WORDS[i]}" in
      --root|--runtime-dir|--host|-H) i=$((i + 1)) ;;
      -*) ;;
      image) command=image ;;
      *)
        command="${command:+$command }${COMP_WORDS[i]}"
        break
        ;;
    esac
  done
  case "$previous" in
    --env-file | --label-file | --cidfile | --root | --runtime-dir)
      COMPREPLY=($(compgen -f -- "$word"))
      return
      ;;
    --pull)
      COMPREPLY=($(compgen -W 'always missing never' -- "$word"))
      return
      ;;
  esac
  case "$command" in
    '') words='run ps stop kill wait rm inspect pull images rmi image info version help --root --runtime-dir --host --debug --help --version' ;;
    'run') words="--interactive --tty --rm --name --env --env-file --workdir --user --entrypoint --hostname --memory --cpus --pull --platform --label --label-file --annotation --read-only --init --cidfile --detach-keys --sig-proxy --quiet --runtime --vmm --trace-start --help $(kctl images 2>/dev/null | awk 'NR > 1 && $1 != "<none>" { print $1 ":" $2 }')" ;;
    'ps') words="--all --quiet --no-trunc --help" ;;
    'stop') words="--time --signal --help $(kctl ps -a 2>/dev/null | awk 'NR > 1 { print $NF }')" ;;
    'kill') words="--signal --help $(kctl ps -a 2>/dev/null | awk 'NR > 1 { print $NF }')" ;;
    'wait') words="--help $(kctl ps -a 2>/dev/null | awk 'NR > 1 { print $NF }')" ;;
    'rm') words="--force --volumes --help $(kctl ps -a 2>/dev/null | awk 'NR > 1 { print $NF }')" ;;
    'inspect') words="--type --help $(kctl ps -a 2>/dev/null | awk 'NR > 1 { print $NF }') $(kctl images 2>/dev/null | awk 'NR > 1 && $1 != "<none>" { print $1 ":" $2 }')" ;;
    'pull') words="--quiet --platform --help $(kctl images 2>/dev/null | awk 'NR > 1 && $1 != "<none>" { print $1 ":" $2 }')" ;;
    'images') words="--quiet --no-trunc --help" ;;
    'rmi') words="--force --help $(kctl images 2>/dev/null | awk 'NR > 1 && $1 != "<none>" { print $1 ":" $2 }')" ;;
    'image') words="--help inspect ls pull rm" ;;
    'image inspect') words="--help $(kctl images 2>/dev/null | awk 'NR > 1 && $1 != "<none>" { print $1 ":" $2 }')" ;;
    'image ls') words="--quiet --no-trunc --help" ;;
    'image pull') words="--quiet --platform --help $(kctl images 2>/dev/null | awk 'NR > 1 && $1 != "<none>" { print $1 ":" $2 }')" ;;
    'image rm') words="--force --help $(kctl images 2>/dev/null | awk 'NR > 1 && $1 != "<none>" { print $1 ":" $2 }')" ;;
    'info') words="--json --help" ;;
    'version') words="--help" ;;
    'help') words="--help run ps stop kill wait rm inspect pull images rmi image info version help" ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
  declare -F __ltrim_colon_completions >/dev/null && __ltrim_colon_completions "$word"
}
complete -F _kctl kctl
