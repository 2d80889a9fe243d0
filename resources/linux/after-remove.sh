#!/bin/sh
# After deb or rpm took the files away. deb says why in $1 (remove, purge, upgrade), rpm how many versions are left.
set -e
root=${DPKG_ROOT-}
case ${1-remove} in
  upgrade | failed-upgrade | abort-* | disappear | [1-9]*) exit 0 ;;
esac

if [ -z "$root" ]; then
  if [ -f '/etc/apparmor.d/${executable}' ]; then
    if command -v apparmor_parser >/dev/null 2>&1; then
      apparmor_parser --remove '/etc/apparmor.d/${executable}' 2>/dev/null || true
    fi
    rm -f '/etc/apparmor.d/${executable}'
  fi
  if command -v update-desktop-database >/dev/null 2>&1; then
    update-desktop-database -q /usr/share/applications || true
  fi
fi

if [ "${1-remove}" != purge ]; then
  # Plain quotes: this is what the person reads, not a path to look into.
  echo 'Chatkeep was removed. Libraries and settings were left where they are: unless chosen otherwise,'
  echo '~/.local/share/chatkeep (library) and ~/.config/chatkeep (settings) of each person who used it.'
fi
