; Links go to the installed program; the two dashes end its switches, so that a link can be none.
!macro customInstall
  WriteRegStr HKCU "Software\Classes\chatkeep" "" "URL:Chatkeep"
  WriteRegStr HKCU "Software\Classes\chatkeep" "URL Protocol" ""
  WriteRegStr HKCU "Software\Classes\chatkeep\DefaultIcon" "" "$INSTDIR\${APP_EXECUTABLE_FILENAME},0"
  WriteRegStr HKCU "Software\Classes\chatkeep\shell\open\command" "" '"$INSTDIR\${APP_EXECUTABLE_FILENAME}" -- "%1"'
!macroend

; Uninstalling takes the program away, never the archive: library and settings stay, and the person is told where. The folders are those
; of `main/files/library-dirs.ts`.
!macro customUnInstall
  ${ifNot} ${isUpdated}
    DeleteRegKey HKCU "Software\Classes\chatkeep"
    MessageBox MB_OK|MB_ICONINFORMATION "Chatkeep was removed. Your archive was not touched.$\r$\n$\r$\nLibrary (unless you chose another folder):$\r$\n$LOCALAPPDATA\Chatkeep\Library$\r$\n$\r$\nSettings:$\r$\n$APPDATA\Chatkeep$\r$\n$\r$\nDelete these folders yourself if you want the archive gone." /SD IDOK
  ${endIf}
!macroend
