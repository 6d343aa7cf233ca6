using System.Diagnostics;

namespace EdgeInspector.Delivery.Tests.Connecting;

/// <summary>A server that speaks only a version of TLS that nobody should use any more: openssl, since mosquitto won't.</summary>
internal sealed class OldTlsServer : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Process _process;

    private OldTlsServer(CertificateAuthority authority, string version)
    {
        (string certificate, string key) = authority.Issue(_folder.Path, "127.0.0.1");
        CaFile = authority.WriteTo(_folder["ca.pem"]);
        string[] arguments =
            ["s_server", "-accept", $"127.0.0.1:{Port}", "-cert", certificate, "-key", key, version, "-cipher", "ALL:@SECLEVEL=0"];
        _process = Process.Start(new ProcessStartInfo("openssl", arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
    }

    public int Port { get; } = Ports.Free();

    public string CaFile { get; }

    /// <summary>Starts it, or skips the test where openssl is missing or does not know the version any more.</summary>
    public static async Task<OldTlsServer> StartAsync(CertificateAuthority authority, string version)
    {
        try
        {
            var server = new OldTlsServer(authority, version);
            // It says so when it listens.
            while (await server._process.StandardOutput.ReadLineAsync() is { } said)
            {
                if (said.StartsWith("ACCEPT", StringComparison.Ordinal))
                    return server;
            }
            await server.DisposeAsync();
            Assert.Skip($"openssl does not know {version}.");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("openssl is not installed.");
        }
        throw new InvalidOperationException("not reached");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Dispose();
    }
}
