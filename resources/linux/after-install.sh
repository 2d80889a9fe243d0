#!/bin/sh
# After deb or rpm put the files in place. DPKG_ROOT: set by dpkg when it installs into another root without entering it.
set -e
root=${DPKG_ROOT-}
app="$root/opt/${sanitizedProductName}"

# Pages are held by the kernel's user namespaces; where those are switched off, by the helper, which then needs root's rights.
if [ -e "$app/chrome-sandbox" ]; then
  mode=4755
  if [ -z "$root" ] && [ -e /proc/self/ns/user ] && unshare --user true 2>/dev/null; then
    mode=0755
  fi
  chmod "$mode" "$app/chrome-sandbox"
fi

# A root that is being put together has no running system to tell.
if [ -z "$root" ]; then
  if command -v update-desktop-database >/dev/null 2>&1; then
    update-desktop-database -q /usr/share/applications || true
  fi
  # Ubuntu 24 and later allow user namespaces only to programs with a profile; older AppArmor does not know its words.
  profile="$app/resources/apparmor-profile"
  if [ -d /etc/apparmor.d ] && command -v apparmor_parser >/dev/null 2>&1 &&
    apparmor_parser --skip-kernel-load --debug "$profile" >/dev/null 2>&1; then
    cp -f "$profile" '/etc/apparmor.d/${executable}'
    if command -v aa-enabled >/dev/null 2>&1 && aa-enabled --quiet; then
      apparmor_parser --replace --write-cache '/etc/apparmor.d/${executable}' || true
    fi
  fi
fi
