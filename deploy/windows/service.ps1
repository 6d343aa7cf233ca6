# What install.ps1 and uninstall.ps1 do with the service and its folders. To be dot-sourced.

$serviceName = 'EdgeInspector'
$account = "NT SERVICE\$serviceName"

# Programs tell by their exit code what PowerShell does not look at by itself.
function Invoke-Program {
    param([string] $Path, [Parameter(ValueFromRemainingArguments)] [string[]] $Arguments)
    & $Path @Arguments
    if ($LASTEXITCODE -ne 0) { throw "'$Path $Arguments' ended with code $LASTEXITCODE." }
}

function Test-Service {
    $null -ne (Get-Service -Name $serviceName -ErrorAction SilentlyContinue)
}

# An upgrade elsewhere would leave the service on the old program.
function Assert-AgentIsIn {
    param([string] $ProgramFolder)
    $path = (Get-CimInstance -ClassName Win32_Service -Filter "Name='$serviceName'").PathName
    if (-not $path.StartsWith("`"$(Join-Path $ProgramFolder 'EdgeInspector.exe')`"", [StringComparison]::OrdinalIgnoreCase)) {
        throw "The service runs $path. Give that folder as -ProgramFolder, or run uninstall.ps1 first; settings and data stay."
    }
}

function Remove-Folder {
    [CmdletBinding(SupportsShouldProcess)]
    param([string] $Path)
    if ((Test-Path -LiteralPath $Path) -and $PSCmdlet.ShouldProcess($Path, 'Remove')) { Remove-Item -LiteralPath $Path -Recurse -Force }
}

# Not started with Windows until install.ps1 has started it once (Start-Agent): a PC without settings of its own would wake up with the example.
# Through CIM, since an account without a password and a path with quotes are awkward to hand to sc.exe.
function Register-Agent {
    param([string] $Program, [string] $Settings)
    $made = Invoke-CimMethod -ClassName Win32_Service -MethodName Create -Arguments @{
        Name            = $serviceName
        DisplayName     = 'EdgeInspector'
        PathName        = "`"$Program`" run --settings `"$Settings`""
        ServiceType     = [byte] 16
        ErrorControl    = [byte] 1
        StartMode       = 'Manual'
        DesktopInteract = $false
        StartName       = $account
        StartPassword   = ''
    }
    if ($made.ReturnValue -ne 0) { throw "Windows did not make the service; Win32_Service.Create returned $($made.ReturnValue)." }
    Invoke-Program sc.exe description $serviceName 'Inspects parts on a factory line and answers the PLC over MQTT.' | Out-Null
}

# For this service alone. No secrets: every user may read them here.
function Set-AgentEnvironment {
    [CmdletBinding(SupportsShouldProcess)]
    param([string] $DataFolder, [string] $HealthFile)
    if (-not $PSCmdlet.ShouldProcess($serviceName, 'Set the environment')) { return }
    New-ItemProperty -Path "HKLM:\SYSTEM\CurrentControlSet\Services\$serviceName" -Name Environment -PropertyType MultiString -Force `
        -Value "EDGEINSPECTOR_DataFolder=$DataFolder", "EDGEINSPECTOR_HealthFile=$HealthFile", 'DOTNET_EnableDiagnostics=0' | Out-Null
}

# Started again after 2 s, 5 s, and then each minute; also where the agent reported an end with an exit code other than 0 (failureflag), as it does after a fault
# and when a driver hangs. A day without a fault makes the count begin anew.
function Set-Recovery {
    [CmdletBinding(SupportsShouldProcess)]
    param()
    if (-not $PSCmdlet.ShouldProcess($serviceName, 'Set the recovery actions')) { return }
    Invoke-Program sc.exe failure $serviceName reset= 86400 actions= restart/2000/restart/5000/restart/60000 | Out-Null
    Invoke-Program sc.exe failureflag $serviceName 1 | Out-Null
}

# By number, since groups have other names on a German or Chinese Windows: S-1-5-18 is the system, S-1-5-32-544 the administrators. Nobody else sees the settings,
# which may name cameras with passwords, or pictures of the product.
function Set-Access {
    [CmdletBinding(SupportsShouldProcess)]
    param([string] $DataFolder, [string] $Data, [string] $Secrets)
    if (-not $PSCmdlet.ShouldProcess($DataFolder, 'Set the access rights')) { return }
    Invoke-Program icacls.exe $DataFolder /inheritance:r /grant:r '*S-1-5-18:(OI)(CI)F' '*S-1-5-32-544:(OI)(CI)F' "${account}:(OI)(CI)RX" /Q | Out-Null
    Invoke-Program icacls.exe $Data /grant:r "${account}:(OI)(CI)M" /Q | Out-Null
    Invoke-Program icacls.exe $Secrets /inheritance:r /grant:r '*S-1-5-18:(OI)(CI)F' '*S-1-5-32-544:(OI)(CI)F' "${account}:(OI)(CI)R" /Q | Out-Null
}

# An administrator must make it; the service's account may only write to it.
function Register-EventSource {
    if (-not [System.Diagnostics.EventLog]::SourceExists($serviceName)) { [System.Diagnostics.EventLog]::CreateEventSource($serviceName, 'Application') }
}

function Unregister-EventSource {
    if ([System.Diagnostics.EventLog]::SourceExists($serviceName)) { [System.Diagnostics.EventLog]::DeleteEventSource($serviceName) }
}

# Running is not enough: a process whose models do not load is "running" too. The agent's own report counts.
function Start-Agent {
    [CmdletBinding(SupportsShouldProcess)]
    param([string] $Program, [string] $HealthFile, [int] $Patience)
    if (-not $PSCmdlet.ShouldProcess($serviceName, 'Start')) { return }
    # With Windows too from now on, after the network and the broker's service, if it is on this PC; the agent waits for neither.
    Invoke-Program sc.exe config $serviceName start= delayed-auto | Out-Null
    Start-Service -Name $serviceName
    $end = (Get-Date).AddSeconds($Patience)
    do {
        Start-Sleep -Seconds 1
        $said = & $Program health $HealthFile
        if ($LASTEXITCODE -eq 0) { return }
    } while ((Get-Date) -lt $end)
    throw "The agent did not come to life within $Patience s. $said"
}

# The agent answers the parts in hand and delivers what waits, which takes it 10 s at most.
function Stop-Agent {
    [CmdletBinding(SupportsShouldProcess)]
    param()
    if (-not $PSCmdlet.ShouldProcess($serviceName, 'Stop')) { return }
    $service = Get-Service -Name $serviceName
    if ($service.Status -eq 'Stopped') { return }
    Stop-Service -Name $serviceName -Force
    $service.WaitForStatus('Stopped', [TimeSpan]::FromSeconds(30))
}

# When it fails, the current folder is where it was.
function Switch-Folder {
    param([string] $Current, [string] $New, [string] $Previous)
    if (Test-Path -LiteralPath $Current) {
        Remove-Folder $Previous
        Move-Item -LiteralPath $Current -Destination $Previous
    }
    try { Move-Item -LiteralPath $New -Destination $Current }
    catch {
        if (Test-Path -LiteralPath $Previous) { Move-Item -LiteralPath $Previous -Destination $Current }
        throw
    }
}

function Restore-Folder {
    param([string] $Current, [string] $Previous)
    Remove-Folder $Current
    Move-Item -LiteralPath $Previous -Destination $Current
}
