/**
 * What the guard is: a few lines for any POSIX shell, with `grep` and `sleep` as its only programs, so that it takes
 * about a megabyte of memory. Its first argument is what the marks of our processes begin with. It is told by lines on
 * its input, whose other end this process alone holds: `+ NUMBER` and `- NUMBER` of the leader of a process group, `.`
 * where we end in order. It kills what is left when it hears that, or when nobody holds the other end any more.
 *
 * It keeps with each leader when that began, in ticks: a later process of the same number is none of ours, and a number
 * is given anew only when no process of its old group and session is left. What only waits to be buried is not counted.
 * It looks until it has found nothing five times in a row, since what we were just starting has no mark yet; and for
 * some 20 seconds at most, since a process that hangs in the kernel may never end.
 */
export const GUARD = `
trap '' HUP INT QUIT TERM
mark=$1 list= calm=5

# Tells of a process: state, group, session, began. Its name in brackets may hold anything, also lines (proc(5)).
look() {
  stat=
  { while IFS= read -r line; do stat="$stat $line"; done <"/proc/$1/stat"; } 2>/dev/null
  set -f; set -- \${stat##*) }; set +f
  state=$1 group=$3 session=$4
  [ $# -ge 20 ] || return 1
  shift 19
  began=$1
}

without() {
  rest=
  for one in $list; do [ "\${one%%:*}" = "$1" ] || rest="$rest $one"; done
  list=$rest
}

while read -r what leader; do
  case $what in
    +) began=; look "$leader"; without "$leader"; list="$list $leader:$began" ;;
    -) without "$leader" ;;
    .) calm=1; break ;;
  esac
done

leaders() {
  ours=' '
  for one in $list; do
    leader=\${one%%:*}
    if look "$leader" && [ "$began" != "\${one#*:}" ]; then continue; fi
    ours="$ours$leader "
  done
}

end() {
  kill -KILL "$1" 2>/dev/null && found=yes
}

round() {
  found=
  leaders
  if [ ! -e /proc/self/stat ]; then
    for leader in $ours; do end "-$leader"; done
    return
  fi
  for leader in $ours; do kill -KILL "-$leader" 2>/dev/null; done
  if [ "$ours" != ' ' ]; then
    for folder in /proc/[0-9]*; do
      look "\${folder#/proc/}" || continue
      case $state in Z | X) continue ;; esac
      case $ours in *" $group "* | *" $session "*) end "\${folder#/proc/}" ;; esac
    done
  fi
  for file in $(grep -lsz -e "^$mark" /proc/[0-9]*/environ); do
    pid=\${file#/proc/}
    end "\${pid%/environ}"
  done
}

tries=0 quiet=0
while [ "$quiet" -lt "$calm" ] && [ "$tries" -lt 400 ]; do
  tries=$((tries + 1))
  round
  if [ -n "$found" ]; then quiet=0; else quiet=$((quiet + 1)); fi
  [ "$quiet" -eq "$calm" ] || sleep 0.05
done
`;
