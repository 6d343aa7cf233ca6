#Requires -Version 5.1
#Requires -RunAsAdministrator
<#
.SYNOPSIS
    Installs EdgeInspector as a Windows service, or puts a newer version in its place.
.DESCRIPTION
    The service runs as its own virtual account, "NT SERVICE\EdgeInspector", which has no password and no rights but those given here: to read its settings and
    secrets, and to write its data. It starts with Windows and is started again after a fault. No firewall rule is made: the agent listens at no port.

    An upgrade checks the settings with the new program first, then stops the service, and puts the old program back if the new one does not come to life.
.PARAMETER Source
    The folder that "dotnet publish -r win-x64" made.
.PARAMETER ProgramFolder
    Where the program goes. The version before lies beside it, with ".previous" at its end.
.PARAMETER DataFolder
    Holds appsettings.json, "secrets", and "data", where the agent keeps models, journal, pictures and logs.
.PARAMETER Patience
    Seconds that the new program may take to come to life.
.PARAMETER NoStart
    Installs without starting. A PC without settings gets an example, and is not started in any case.
.EXAMPLE
    .\install.ps1 -Source .\publish
.EXAMPLE
    .\install.ps1 -Source 'C:\Program Files\EdgeInspector.previous'
    Goes back to the version before.
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    [Parameter(Mandatory)] [string] $Source,
    [string] $ProgramFolder = (Join-Path $env:ProgramFiles 'EdgeInspector'),
    [string] $DataFolder = (Join-Path $env:ProgramData 'EdgeInspector'),
    [ValidateRange(5, 600)] [int] $Patience = 120,
    [switch] $NoStart
)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'
. (Join-Path $PSScriptRoot 'service.ps1')

# The service has another working folder than whoever runs this.
$ProgramFolder = $PSCmdlet.GetUnresolvedProviderPathFromPSPath($ProgramFolder)
$DataFolder = $PSCmdlet.GetUnresolvedProviderPathFromPSPath($DataFolder)

$program = Join-Path $Source 'EdgeInspector.exe'
if (-not (Test-Path -LiteralPath $program -PathType Leaf)) {
    throw "There is no EdgeInspector.exe in '$Source'. Make it with: dotnet publish src/EdgeInspector -c Release -r win-x64 --self-contained"
}
if (-not $PSCmdlet.ShouldProcess($serviceName, 'Install the service')) { return }

$settings = Join-Path $DataFolder 'appsettings.json'
$data = Join-Path $DataFolder 'data'
$secrets = Join-Path $DataFolder 'secrets'
$healthFile = Join-Path $data 'health'
$isUpgrade = Test-Service
if ($isUpgrade) { Assert-AgentIsIn $ProgramFolder }

New-Item -ItemType Directory -Force -Path $DataFolder, $data, $secrets | Out-Null
if (-not (Test-Path -LiteralPath $settings)) {
    # An agent on an example would publish verdicts on parts that do not exist, and somebody's gate might believe them.
    $NoStart = $true
    # Paths in it are relative to the file, which is not beside the models any more.
    $models = '"' + $ProgramFolder.Replace('\', '/') + '/models/'
    [System.IO.File]::WriteAllText($settings, (Get-Content -LiteralPath (Join-Path $Source 'appsettings.json') -Raw).Replace('"models/', $models))
    Write-Warning "New settings lie in $settings. They describe a simulated line, so the service is not started: write yours, then run this again."
}

# Beside the old program, and tried there, while the line runs on.
$new = "$ProgramFolder.new"
$previous = "$ProgramFolder.previous"
Remove-Folder $new
Copy-Item -LiteralPath $Source -Destination $new -Recurse
Invoke-Program (Join-Path $new 'EdgeInspector.exe') config check --settings $settings "--DataFolder=$data" | Out-Null

if ($isUpgrade) { Stop-Agent }
try { Switch-Folder -Current $ProgramFolder -New $new -Previous $previous }
catch {
    # A window or a scanner holds a file: the program before is still in its place.
    if ($isUpgrade -and -not $NoStart) { Start-Agent -Program (Join-Path $ProgramFolder 'EdgeInspector.exe') -HealthFile $healthFile -Patience $Patience }
    throw
}
try {
    if (-not $isUpgrade) { Register-Agent -Program (Join-Path $ProgramFolder 'EdgeInspector.exe') -Settings $settings }
    Set-AgentEnvironment -DataFolder $data -HealthFile $healthFile
    Set-Recovery
    Set-Access -DataFolder $DataFolder -Data $data -Secrets $secrets
    Register-EventSource
    if (-not $NoStart) { Start-Agent -Program (Join-Path $ProgramFolder 'EdgeInspector.exe') -HealthFile $healthFile -Patience $Patience }
}
catch {
    $cause = $_
    if (-not $isUpgrade) {
        Write-Warning "The service is installed, but does not run. The event log ('Application', source $serviceName) and $data\logs tell why; mend it, then: Start-Service $serviceName"
        throw
    }
    Write-Warning "The new version did not come to life; the one before is put back. $cause"
    Stop-Agent
    Restore-Folder -Current $ProgramFolder -Previous $previous
    if (-not $NoStart) { Start-Agent -Program (Join-Path $ProgramFolder 'EdgeInspector.exe') -HealthFile $healthFile -Patience $Patience }
    throw $cause
}
Write-Information "$serviceName is installed in $ProgramFolder; settings and data lie in $DataFolder." -InformationAction Continue
