@echo off
rem chatkeep as a command. Without arguments the app opens its window; with them this is the command line, which opens none.
if "%~1"=="" (
  start "" "%~dp0..\..\Chatkeep.exe"
  exit /b 0
)
"%~dp0..\..\Chatkeep.exe" --cli -- %*
exit /b %ERRORLEVEL%
