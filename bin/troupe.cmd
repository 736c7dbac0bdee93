@echo off
setlocal
set "root=%~dp0.."
set "node=%root%\node_modules\node\bin\node.exe"
if not exist "%node%" set "node=node"
set "main=%root%\dist\engine\cli.js"
if not exist "%main%" set "main=%root%\extensions\engine\cli\main.ts"
"%node%" "%main%" %*
exit /b %errorlevel%
