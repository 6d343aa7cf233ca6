# Runs deploy/windows on a machine that is no Windows: what only Windows has is played, and noted, by functions of the same names; files and folders are real.
# That the scripts parse is thereby shown too. What Windows itself makes of the calls is not.
#
#   pwsh -NoProfile -File tests/deploy/windows.ps1

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'
$root = Split-Path (Split-Path $PSScriptRoot)
$work = Join-Path ([System.IO.Path]::GetTempPath()) "edgeinspector-windows-$PID"
$scripts = Join-Path $work 'scripts'
$global:calls = [System.Collections.Generic.List[string]]::new()
$global:service = $null
$global:held = $false

New-Item -ItemType Directory -Path $scripts | Out-Null
Copy-Item (Join-Path $root 'deploy/windows/*.ps1') $scripts
Add-Content (Join-Path $scripts 'service.ps1') @'

function Write-Call { $global:calls.Add($args -join ' ') }
function sc.exe { Write-Call sc.exe @args; if ($args[0] -eq 'delete') { $global:service = $null }; $global:LASTEXITCODE = 0 }
function icacls.exe { Write-Call icacls.exe @args; $global:LASTEXITCODE = 0 }
function Get-Service { param($Name, $ErrorAction) $global:service }
function Get-CimInstance { param($ClassName, $Filter) $global:service }
function Start-Service { param($Name) Write-Call Start-Service $Name; $global:service.Status = 'Running' }
function Stop-Service { param($Name, [switch] $Force) Write-Call Stop-Service $Name; $global:service.Status = 'Stopped' }
function Start-Sleep { param($Seconds) }
function New-ItemProperty { param($Path, $Name, $PropertyType, [switch] $Force, $Value) Write-Call "$Name=$($Value -join ';')" }
function Move-Item {
    param($LiteralPath, $Destination)
    if ($global:held -and $LiteralPath -like '*.new') { throw "$LiteralPath is in use." }
    Microsoft.PowerShell.Management\Move-Item -LiteralPath $LiteralPath -Destination $Destination
}
function Register-EventSource { Write-Call Register-EventSource }
function Unregister-EventSource { Write-Call Unregister-EventSource }
function Invoke-CimMethod {
    param($ClassName, $MethodName, $Arguments)
    Write-Call "$ClassName.$MethodName $($Arguments.PathName) as $($Arguments.StartName)"
    Write-Call "start as created: $($Arguments.StartMode)"
    $global:service = [pscustomobject] @{ Status = 'Stopped'; PathName = $Arguments.PathName }
    $global:service | Add-Member -MemberType ScriptMethod -Name WaitForStatus -Value { }
    [pscustomobject] @{ ReturnValue = 0 }
}
'@

# A program that does what it is told to: "config check" and "health" end with these codes.
function New-Program {
    param([string] $Name, [int] $Check = 0, [int] $Health = 0)
    $folder = Join-Path $work $Name
    New-Item -ItemType Directory -Path $folder | Out-Null
    Set-Content (Join-Path $folder 'EdgeInspector.exe') "#!/bin/sh`n[ `"`$1`" = health ] && exit $Health`n[ `"`$1`" = config ] && exit $Check`nexit 9"
    chmod +x (Join-Path $folder 'EdgeInspector.exe')
    Set-Content (Join-Path $folder 'appsettings.json') '{ "Model": "models/part-detector" }'
    Set-Content (Join-Path $folder 'version') $Name
    $folder
}

$there = @{ ProgramFolder = (Join-Path $work 'Program Files/EdgeInspector'); DataFolder = (Join-Path $work 'ProgramData/EdgeInspector') }
New-Item -ItemType Directory -Path (Join-Path $work 'Program Files') | Out-Null

function Install { & (Join-Path $scripts 'install.ps1') @there -Patience 5 @args -WarningAction SilentlyContinue 6>$null }
function Uninstall { & (Join-Path $scripts 'uninstall.ps1') @there -Confirm:$false @args 6>$null }
function Get-Installed { Get-Content (Join-Path $there.ProgramFolder 'version') }

$script:failed = 0
function Test-That {
    param([string] $Sentence, [bool] $Holds)
    if ($Holds) { "ok      $Sentence"; return }
    "FAILED  $Sentence"; $global:calls | ForEach-Object { "          $_" }
    $script:failed++
}
function Test-Throws { param([scriptblock] $What) try { & $What | Out-Null; $false } catch { $true } }

try {
    $one = New-Program one
    Install -Source $one -WhatIf | Out-Null
    Test-That 'With -WhatIf nothing is done' ($calls.Count -eq 0 -and -not (Test-Path $there.ProgramFolder))

    Install -Source $one
    Test-That 'The service runs as an account of its own, on the settings of the data folder' `
        ($calls -contains "Win32_Service.Create `"$($there.ProgramFolder)/EdgeInspector.exe`" run --settings `"$($there.DataFolder)/appsettings.json`" as NT SERVICE\EdgeInspector")
    Test-That 'The first settings name the models where they lie' `
        ((Get-Content (Join-Path $there.DataFolder 'appsettings.json') -Raw) -match [regex]::Escape("`"$($there.ProgramFolder)/models/part-detector`""))
    Test-That 'It is started again after faults, also those that it reports itself' `
        (($calls -match 'sc.exe failure EdgeInspector reset= 86400 actions= restart').Count -eq 1 -and $calls -contains 'sc.exe failureflag EdgeInspector 1')
    Test-That 'Nobody but it and administrators sees the secrets' (($calls -match 'icacls.exe .*secrets /inheritance:r .*NT SERVICE\\EdgeInspector:\(OI\)\(CI\)R ').Count -eq 1)
    Test-That 'No firewall rule is made' (-not ($calls -match 'firewall'))
    Test-That 'On the settings that come along, a simulated line, it is not started, now or with Windows' (-not ($calls -match 'Start-Service|delayed-auto|as created: Automatic') -and (Get-Installed) -eq 'one')

    Set-Content (Join-Path $there.DataFolder 'appsettings.json') '{ "mine": true }'
    $calls.Clear()
    Install -Source $one
    Test-That 'On settings of the site it is, last, and with Windows from then on' ($calls -contains 'sc.exe config EdgeInspector start= delayed-auto' -and $calls[-1] -eq 'Start-Service EdgeInspector' -and (Get-Installed) -eq 'one')

    $calls.Clear()
    Install -Source (New-Program two)
    Test-That 'An upgrade takes the place of the program before, and keeps it' ((Get-Installed) -eq 'two' -and (Get-Content "$($there.ProgramFolder).previous/version") -eq 'one')
    Test-That 'An upgrade makes no second service, and leaves the settings' `
        (-not ($calls -match 'Create') -and (Get-Content (Join-Path $there.DataFolder 'appsettings.json')) -match 'mine')

    $calls.Clear()
    Test-That 'An upgrade that does not come to life fails' (Test-Throws { Install -Source (New-Program three -Health 1) })
    Test-That 'The program before is put back then, and runs' ((Get-Installed) -eq 'two' -and $service.Status -eq 'Running' -and $calls[-1] -eq 'Start-Service EdgeInspector')

    $calls.Clear()
    Test-That 'An upgrade that refuses the settings fails' (Test-Throws { Install -Source (New-Program four -Check 2) })
    Test-That 'It has not stopped the line' ($calls.Count -eq 0 -and (Get-Installed) -eq 'two')

    $calls.Clear()
    $global:held = $true
    Test-That 'An upgrade whose folders cannot be exchanged fails' (Test-Throws { Install -Source (New-Program six) })
    $global:held = $false
    Test-That 'The program before is in its place then, and runs' ((Get-Installed) -eq 'two' -and $service.Status -eq 'Running' -and $calls[-1] -eq 'Start-Service EdgeInspector')

    Install -Source (New-Program five)
    Install -Source "$($there.ProgramFolder).previous"
    Test-That 'One can go back by hand' ((Get-Installed) -eq 'two')

    Test-That 'An upgrade of a service that runs from elsewhere is refused' (Test-Throws { $there.ProgramFolder = Join-Path $work 'elsewhere'; Install -Source $one })
    $there.ProgramFolder = Join-Path $work 'Program Files/EdgeInspector'

    $calls.Clear()
    Uninstall
    Test-That 'Uninstalling stops the service and removes it, the program and the event log source' `
        ($null -eq $service -and $calls -contains 'Stop-Service EdgeInspector' -and $calls -contains 'Unregister-EventSource' -and -not (Get-ChildItem (Join-Path $work 'Program Files')))
    Test-That 'Settings and data stay' (Test-Path (Join-Path $there.DataFolder 'appsettings.json'))
    Uninstall -RemoveData
    Test-That 'With -RemoveData they go' (-not (Test-Path $there.DataFolder))
}
finally { Remove-Item -LiteralPath $work -Recurse -Force }
exit $script:failed
