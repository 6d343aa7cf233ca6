#Requires -Version 5.1
#Requires -RunAsAdministrator
<#
.SYNOPSIS
    Removes the service, the program and the event log source. Settings and data stay, unless RemoveData is given.
.PARAMETER RemoveData
    Also removes the data folder: settings, secrets, models, events that no broker has yet, pictures and logs.
.EXAMPLE
    .\uninstall.ps1
#>
[CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')]
param(
    [string] $ProgramFolder = (Join-Path $env:ProgramFiles 'EdgeInspector'),
    [string] $DataFolder = (Join-Path $env:ProgramData 'EdgeInspector'),
    [switch] $RemoveData
)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'
. (Join-Path $PSScriptRoot 'service.ps1')

if (-not $PSCmdlet.ShouldProcess($serviceName, 'Remove the service and the program')) { return }
if (Test-Service) {
    Stop-Agent
    Invoke-Program sc.exe delete $serviceName | Out-Null
}
Unregister-EventSource
foreach ($folder in $ProgramFolder, "$ProgramFolder.previous", "$ProgramFolder.new") { Remove-Folder $folder }
if ($RemoveData) { Remove-Folder $DataFolder }
else { Write-Information "Settings and data stay in $DataFolder." -InformationAction Continue }
