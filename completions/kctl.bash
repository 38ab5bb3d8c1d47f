# Made by dev.kctl.cli.GenerateDocs from the commands' own model.
_kctl() {
  local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
  local i command='' words=''
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "${COMP_WORDS[i]}" in
      --root|--runtime-dir|--host|-H) i=$((i + 1)) ;;
      -*) ;;
      container | image | network | system)
        [[ -n $command ]] && break
        command=${COMP_WORDS[i]}
        ;;
      *)
        command="${command:+$command }${COMP_WORDS[i]}"
        break
        ;;
    esac
  done
  case "$command" in
    'container attach') command='attach' ;;
    'container cp') command='cp' ;;
    'container create') command='create' ;;
    'container diff') command='diff' ;;
    'container exec') command='exec' ;;
    'container export') command='export' ;;
    'container kill') command='kill' ;;
    'container logs') command='logs' ;;
    'container ls') command='ps' ;;
    'container pause') command='pause' ;;
    'container port') command='port' ;;
    'container rename') command='rename' ;;
    'container restart') command='restart' ;;
    'container rm') command='rm' ;;
    'container run') command='run' ;;
    'container start') command='start' ;;
    'container stats') command='stats' ;;
    'container stop') command='stop' ;;
    'container top') command='top' ;;
    'container unpause') command='unpause' ;;
    'container update') command='update' ;;
    'container wait') command='wait' ;;
    'image ls') command='images' ;;
    'image pull') command='pull' ;;
    'image rm') command='rmi' ;;
    'system events') command='events' ;;
    'system info') command='info' ;;
  esac
  case "$previous" in
    --env-file | --label-file | --cidfile | --root | --runtime-dir | --output)
      COMPREPLY=($(compgen -f -- "$word"))
      return
      ;;
    --pull)
      COMPREPLY=($(compgen -W 'always missing never' -- "$word"))
      return
      ;;
    --restart)
      COMPREPLY=($(compgen -W 'no on-failure always unless-stopped' -- "$word"))
      return
      ;;
    --log-driver)
      COMPREPLY=($(compgen -W 'json-file none' -- "$word"))
      return
      ;;
    --format)
      COMPREPLY=($(compgen -W 'table json' -- "$word"))
      return
      ;;
  esac
  case "$command" in
    '') words='run create start ps logs exec attach cp stop restart kill wait pause unpause rename update rm inspect top stats port diff export events pull images rmi container image network system context info version help --root --runtime-dir --host --debug --help --version' ;;
    'run') words="--detach --interactive --tty --rm --name --env --env-file --workdir --user --group-add --entrypoint --hostname --domainname --attach --memory --memory-reservation --memory-swap --cpus --cpu-shares --cpu-period --cpu-quota --cpuset-cpus --cpuset-mems --pids-limit --ulimit --sysctl --shm-size --oom-score-adj --oom-kill-disable --cap-add --cap-drop --privileged --security-opt --device --publish --publish-all --expose --network --net --network-alias --net-alias --ip --ip6 --mac-address --dns --dns-search --dns-option --dns-opt --add-host --restart --stop-signal --stop-timeout --timeout --health-cmd --health-interval --health-retries --health-start-interval --health-start-period --health-timeout --no-healthcheck --log-driver --log-opt --pull --platform --label --label-file --annotation --read-only --init --cidfile --detach-keys --sig-proxy --quiet --runtime --vmm --trace-start --help $(kctl images 2>/dev/null | awk 'NR > 1 && $1 != "<none>" { print $1 ":" $2 }')" ;;
    'create') words="--interactive --tty --rm --name --env --env-file --workdir --user --group-add --entrypoint --hostname --domainname --attach --memory --memory-reservation --memory-swap --cpus --cpu-shares --cpu-period --cpu-quota --cpuset-cpus --cpuset-mems --pids-limit --ulimit --sysctl --shm-size --oom-score-adj --oom-kill-disable --cap-add --cap-drop --privileged --security-opt --device --publish --publish-all --expose --network --net --network-alias --net-alias --ip --ip6 --mac-address --dns --dns-search --dns-option --dns-opt --add-host --restart --stop-signal --stop-timeout --timeout --health-cmd --health-interval --health-retries --health-start-interval --health-start-period --health-timeout --no-healthcheck --log-driver --log-opt --pull --platform --label --label-file --annotation --read-only --init --cidfile --quiet --runtime --vmm --help $(kctl images 2>/dev/null | awk 'NR > 1 && $1 != "<none>" { print $1 ":" $2 }')" ;;
    'start') words="--attach --detach-keys --interactive --help $(kctl ps -a 2>/dev/null | awk 'NR > 1 { print $NF }')" ;;
    'ps') words="--all --filter --format --last --latest --no-trunc --quiet --size --help" ;;
    'logs') words="--boot --details --follow --since --tail --timestamps --until --help $(kctl ps -a 2>/dev/null | awk 'NR > 1 { print $NF }')" ;;
    'exec') words="--detach --detach-keys --env --env-file --interactive --privileged --tty --user --workdir --help $(kctl ps 2>/dev/null | awk 'NR > 1 { print $NF }')" ;;
    'attach') words="--detach-keys --no-stdin --sig-proxy --help $(kctl ps 2>/dev/null | awk 'NR > 1 { print $NF }')" ;;
    'cp') words="--archive --follow-link --quiet --help $(kctl ps -a 2>/dev/null | awk 'NR > 1 { print $NF ":" }')" ;;
    'stop') words="--signal --timeout --help $(kctl ps 2>/dev/null | awk 'NR > 1 { print $NF }')" ;;
    'restart') words="--signal --timeout --help $(kctl ps -a 2>/dev/null | awk 'NR > 1 { print $NF }')" ;;
    'kill') words="--signal --help $(kctl ps 2>/dev/null | awk 'NR > 1 { print $NF }')" ;;
    'wait') words="--help $(kctl ps 2>/dev/null | awk 'NR > 1 { print $NF }')" ;;
    'pause') words="--help $(kctl ps 2>/dev/null | awk 'NR > 1 { print $NF }')" ;;
    'unpause') words="--help $(kctl ps 2>/dev/null | awk 'NR > 1 { print $NF }')" ;;
    'rename') words="--help $(kctl ps -a 2>/dev/null | awk 'NR > 1 { print $NF }')" ;;
    'update') words="--cpu-period --cpu-quota --cpu-shares --cpus --cpuset-cpus --cpuset-mems --memory --memory-reservation --memory-swap --pids-limit --restart --help $(kctl ps -a 2>/dev/null | awk 'NR > 1 { print $NF }')" ;;
    'rm') words="--force --volumes --help $(kctl ps -a 2>/dev/null | awk 'NR > 1 { print $NF }')" ;;
    'inspect') words="--format --type --size --help $(kctl ps -a 2>/dev/null | awk 'NR > 1 { print $NF }') $(kctl images 2>/dev/null | awk 'NR > 1 && $1 != "<none>" { print $1 ":" $2 }')" ;;
    'top') words="--help $(kctl ps 2>/dev/null | awk 'NR > 1 { print $NF }')" ;;
    'stats') words="--all --format --no-stream --no-trunc --help $(kctl ps 2>/dev/null | awk 'NR > 1 { print $NF }')" ;;
    'port') words="--help $(kctl ps 2>/dev/null | awk 'NR > 1 { print $NF }')" ;;
    'diff') words="--help $(kctl ps -a 2>/dev/null | awk 'NR > 1 { print $NF }')" ;;
    'export') words="--output --help $(kctl ps -a 2>/dev/null | awk 'NR > 1 { print $NF }')" ;;
    'events') words="--filter --format --since --until --help" ;;
    'pull') words="--quiet --platform --help $(kctl images 2>/dev/null | awk 'NR > 1 && $1 != "<none>" { print $1 ":" $2 }')" ;;
    'images') words="--all --digests --filter --format --no-trunc --quiet --help $(kctl images 2>/dev/null | awk 'NR > 1 && $1 != "<none>" { print $1 ":" $2 }')" ;;
    'rmi') words="--force --help $(kctl images 2>/dev/null | awk 'NR > 1 && $1 != "<none>" { print $1 ":" $2 }')" ;;
    'container') words="--help attach cp create diff exec export inspect kill logs ls pause port prune rename restart rm run start stats stop top unpause update wait" ;;
    'container inspect') words="--format --size --help $(kctl ps -a 2>/dev/null | awk 'NR > 1 { print $NF }')" ;;
    'container prune') words="--filter --force --help" ;;
    'image') words="--help inspect ls prune pull rm" ;;
    'image inspect') words="--format --help $(kctl images 2>/dev/null | awk 'NR > 1 && $1 != "<none>" { print $1 ":" $2 }')" ;;
    'image prune') words="--filter --force --all --help" ;;
    'network') words="--help connect create disconnect inspect ls prune rm" ;;
    'network connect') words="--alias --driver-opt --gw-priority --ip --ip6 --help $(kctl ps -a 2>/dev/null | awk 'NR > 1 { print $NF }') $(kctl network ls 2>/dev/null | awk 'NR > 1 { print $2 }')" ;;
    'network create') words="--attachable --driver --gateway --internal --ip-range --ipv4 --ipv6 --label --opt --scope --subnet --help" ;;
    'network disconnect') words="--force --help $(kctl ps -a 2>/dev/null | awk 'NR > 1 { print $NF }') $(kctl network ls 2>/dev/null | awk 'NR > 1 { print $2 }')" ;;
    'network inspect') words="--format --verbose --help $(kctl network ls 2>/dev/null | awk 'NR > 1 { print $2 }')" ;;
    'network ls') words="--filter --format --no-trunc --quiet --help" ;;
    'network prune') words="--filter --force --help" ;;
    'network rm') words="--force --help $(kctl network ls 2>/dev/null | awk 'NR > 1 { print $2 }')" ;;
    'system') words="--help df events info prune" ;;
    'system df') words="--format --verbose --help" ;;
    'system prune') words="--filter --force --all --volumes --help" ;;
    'context') words="--help docker-host" ;;
    'info') words="--format --json --help" ;;
    'version') words="--format --help" ;;
    'help') words="--help run create start ps logs exec attach cp stop restart kill wait pause unpause rename update rm inspect top stats port diff export events pull images rmi container image network system context info version help" ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
  declare -F __ltrim_colon_completions >/dev/null && __ltrim_colon_completions "$word"
}
complete -o default -F _kctl kctl
