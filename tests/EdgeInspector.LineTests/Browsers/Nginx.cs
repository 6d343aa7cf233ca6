namespace EdgeInspector.LineTests.Browsers;

/// <summary>Debian's nginx with the settings that <c>deploy/proxy</c> ships, on a free port, in a folder of its own.</summary>
internal sealed class Nginx : IDisposable
{
    private static readonly string[] Places = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];

    private readonly TemporaryFolder _folder = new();
    private readonly CertificateAuthority _authority = new("plant");
    private readonly ChildProcess _process;

    private Nginx(string program, int agent)
    {
        (string certificate, string key) = _authority.Issue(_folder.Path, "127.0.0.1");
        string shipped = File.ReadAllText(Path.Combine(Repository.Root, "deploy", "proxy", "nginx.conf"))
            .Replace("listen 443 ssl", $"listen 127.0.0.1:{Port} ssl", StringComparison.Ordinal)
            .Replace("/etc/nginx/server.pem", certificate, StringComparison.Ordinal)
            .Replace("/etc/nginx/server.key", key, StringComparison.Ordinal)
            .Replace("127.0.0.1:5380", $"127.0.0.1:{agent}", StringComparison.Ordinal);
        string places = string.Concat(Places.Select(what => $"{what}_temp_path {_folder[what]}; "));
        // Started as root its workers would be somebody who can't read this folder.
        string user = Environment.UserName == "root" ? "user root;" : "";
        _folder.Write("nginx.conf", $"""
            daemon off; worker_processes 1; pid {_folder["pid"]}; error_log stderr notice; {user}
            events {"{}"}
            http {"{"}
            access_log off; {places}
            {shipped}
            {"}"}
            """);
        _process = ChildProcess.Start(program, ["-p", _folder.Path, "-e", "stderr", "-c", _folder["nginx.conf"]], _folder.Path);
    }

    public int Port { get; } = TestSupport.Ports.Free();

    /// <summary>Starts it in front of an agent, or skips the test where nginx is not installed.</summary>
    public static Nginx Start(int agent)
    {
        var nginx = new Nginx(InstalledPrograms.Need("nginx"), agent);
        try
        {
            nginx._process.WaitForLine(line => line.Contains("start worker process ", StringComparison.Ordinal), Eventually.Patience);
        }
        catch
        {
            nginx.Dispose();
            throw;
        }
        return nginx;
    }

    public void Dispose()
    {
        _process.Dispose();
        _authority.Dispose();
        _folder.Dispose();
    }
}
