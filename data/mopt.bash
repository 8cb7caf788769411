# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# Completion of mopt(1) for bash: verbs, options, accounts, fields and their values, all of them as mopt itself names
# them ("mopt complete").

# The lines of standard input that begin with $1, quoted for the command line, as candidates.
_mopt_offer ()
{
  local line quoted
  while IFS= read -r line; do
    printf -v quoted %q "$line"
    [[ $line != "$1"* && $quoted != "$1"* ]] || COMPREPLY+=("$quoted")
  done
}

_mopt ()
{
  local mopt=$1 line=${COMP_LINE:0:COMP_POINT} cur verb previous place=0 i
  # bash splits words at "=", too: what stands before the cursor up to a blank counts
  cur=${line##*[[:space:]]}
  local before
  read -ra before <<<"${line%"$cur"}"
  verb=${before[1]:-}
  previous=${before[-1]}
  COMPREPLY=()

  if [[ -z $verb ]]; then
    _mopt_offer "$cur" < <("$mopt" complete verbs; printf '%s\n' --help --version)
    return
  fi
  case $previous in
    --side)
      _mopt_offer "$cur" < <(printf '%s\n' incoming outgoing)
      return ;;
    --to)
      [[ $verb == publish ]] && compopt -o default
      return ;;
    --recover)
      _mopt_offer "$cur" < <("$mopt" complete withdrawn)
      return ;;
    --kind)
      _mopt_offer "$cur" < <(printf '%s\n' imap pop smtp)
      return ;;
    --account)
      _mopt_offer "$cur" < <("$mopt" complete accounts)
      return ;;
    --limit|--cc|--bcc|--subject|--port|--password-fd|--reason|--group|--as|--sha256)
      return ;;
    --message|--draft|--key|--published|--find)
      compopt -o default
      return ;;
  esac
  if [[ $cur == -* ]]; then
    _mopt_offer "$cur" < <("$mopt" "$verb" --help | sed -n 's/^  \(-.,\)\{0,1\} *\(--[a-z-]*\).*/\2/p')
    return
  fi

  # How many words came after the verb that are no options?
  for ((i = 2; i < ${#before[@]}; i++)); do
    [[ ${before[i]} == -* ]] || place=$((place + 1))
  done
  case $verb:$place in
    add:0)
      _mopt_offer "$cur" < <(printf '%s\n' pop imap) ;;
    add:1) ;;
    probe:*|list:*|fetch:*|withdrawn:*|send:*) ;;
    publication:0)
      _mopt_offer "$cur" < <(printf '%s\n' show forget) ;;
    publish:0|validate:0|keygen:*|sign:*|verify:*)
      compopt -o default ;;
    set:0|unset:0|show:0|explain:0|customize:0|copy:0|delete:0|default:0|password:0|test:0|check:0|from-check:0|conversation-id:0|trust:0)
      if [[ " ${before[*]} " == *' --general '* ]]; then
        _mopt_general "$verb"
      else
        _mopt_offer "$cur" < <("$mopt" complete accounts)
      fi ;;
    customize:1)
      _mopt_offer "$cur" < <("$mopt" complete sections) ;;
    add:*|set:*)
      if [[ $cur == *=* ]]; then
        local value=${cur#*=}
        _mopt_offer "$value" < <("$mopt" complete values "${cur%%=*}" -- "${before[2]//\\/}" 2>/dev/null)
        [[ $COMP_WORDBREAKS == *=* ]] || COMPREPLY=("${COMPREPLY[@]/#/${cur%%=*}=}")
      elif [[ " ${before[*]} " == *' --general '* ]]; then
        _mopt_general "$verb"
      else
        _mopt_offer "$cur" < <(printf '%s=\n' name; "$mopt" complete fields | sed 's/$/=/')
        COMPREPLY=("${COMPREPLY[@]//\\=/=}")
        compopt -o nospace
      fi ;;
    unset:*|show:*)
      _mopt_offer "$cur" < <("$mopt" complete fields) ;;
  esac
}

_mopt_general ()
{
  if [[ $1 == set ]]; then
    _mopt_offer "$cur" < <(printf '%s\n' name= address=)
    compopt -o nospace
  else
    _mopt_offer "$cur" < <(printf '%s\n' name address)
  fi
}

complete -F _mopt mopt
