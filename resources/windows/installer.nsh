; Uninstalling takes the program away, never the archive: the library and the settings stay, and the person is told where.
; Shown in the language of the installer's own words; the folders are those of `main/files/library-dirs.ts`.
!macro customUnInstall
  ${ifNot} ${isUpdated}
  ${andIfNot} ${Silent}
    MessageBox MB_OK|MB_ICONINFORMATION "Chatkeep was removed. Your archive was not touched.$\r$\n$\r$\nLibrary (unless you chose another folder):$\r$\n$LOCALAPPDATA\Chatkeep\Library$\r$\n$\r$\nSettings:$\r$\n$APPDATA\Chatkeep$\r$\n$\r$\nDelete these folders yourself if you want the archive gone."
  ${endIf}
!macroend
