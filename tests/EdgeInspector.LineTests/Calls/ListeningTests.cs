using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using EdgeInspector.LineTests.Line;

namespace EdgeInspector.LineTests.Calls;

/// <summary>Whatever keeps callers out, the line goes on and says why; with a good certificate callers come in by TLS.</summary>
public sealed class ListeningTests : CallsTest
{
    [Fact]
    public async Task A_certificate_that_is_none_for_servers_keeps_callers_out_and_the_line_goes_on()
    {
        using var authority = new CertificateAuthority("plant");
        Mosquitto broker = StartBroker();
        await using LineClient plc = await LineClient.ConnectAsync(broker.Port);
        JsonObject settings = CallSettings(broker.Port, Ports.Free());
        settings["Http"]!["Tls"] = Tls(authority, CertificateAuthority.ForClients);
        StartAgent(settings);
        plc.WaitFor("state", where: state => state.Text.Contains("\"component\":\"http\"", StringComparison.Ordinal)
            && state.Text.Contains("serverAuth", StringComparison.Ordinal));
        await plc.PublishAsync("edgeinspector/test/s1/trigger", "part-1");
        Assert.NotEqual("none", plc.WaitFor("signal")[0]["verdict"]);
    }

    [Fact]
    public void Beyond_TLS_nothing_is_spoken_and_the_certificate_is_the_agent_s()
    {
        using var authority = new CertificateAuthority("plant");
        int port = Ports.Free();
        JsonObject settings = CallSettings(StartBroker().Port, port);
        settings["Http"]!["Tls"] = Tls(authority, CertificateAuthority.ForServers);
        StartAgent(settings);
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, chain, errors) =>
        {
            // The plant's authority is in nobody's list here.
            chain!.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.Add(authority.Certificate);
            return (errors & SslPolicyErrors.RemoteCertificateNameMismatch) == 0 && chain.Build((X509Certificate2)shown!);
        };
        using var client = new HttpClient(handler);
        Eventually.True(() => IsAnswered(client, $"https://127.0.0.1:{port}/health/live"));
        Assert.False(IsAnswered(client, $"http://127.0.0.1:{port}/health/live"));
    }

    private JsonObject Tls(CertificateAuthority authority, string usage)
    {
        using var key = RSA.Create(2048);
        using X509Certificate2 certificate = authority.Sign("localhost", key, usage);
        string file = Path.Combine(Folder, $"{usage}.pem");
        File.WriteAllText(file, $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n");
        return new JsonObject { ["CertificateFile"] = file };
    }

    private static bool IsAnswered(HttpClient client, string address)
    {
        try
        {
            using HttpResponseMessage answer = client.GetAsync(address).GetAwaiter().GetResult();
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
