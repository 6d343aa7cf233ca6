using System.Globalization;
using EdgeInspector.Foundation.Certificates;
using EdgeInspector.Foundation.Retrying;
using EdgeInspector.Foundation.Secrets;
using EdgeInspector.Foundation.Text;
using EdgeInspector.Web;
using EdgeInspector.Web.Metrics;
using EdgeInspector.Web.Users;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Hosting;

/// <summary>
/// Serves callers over HTTP while the agent runs. If the address is taken or the certificate can't be read, the stations complain and the
/// service tries again: the line needs no callers.
/// </summary>
internal sealed partial class HttpService(Agent agent, AgentMetrics metrics, HttpOptions options, HttpScope scope) : BackgroundService
{
    // Long enough to have a certificate issued, short enough that nobody learns to look past it.
    private static readonly TimeSpan Soon = TimeSpan.FromDays(14), Every = TimeSpan.FromMinutes(1);

    private HttpServer? _server;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (_server is { } server)
            await server.DisposeAsync();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pauses = new BackOff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), 0.8, 1.2);
        while (!stoppingToken.IsCancellationRequested)
        {
            if (await ListenAsync(stoppingToken) is not { } why)
                break;
            agent.TellCalls(HostWordings.NoCalls.Of(why));
            await Task.Delay(pauses.Next(), scope.Time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        while (!stoppingToken.IsCancellationRequested)
        {
            agent.TellCalls(_server?.CertificateEnds is { } end ? OfCertificate(end, scope.Time.GetUtcNow()) : null);
            await Task.Delay(Every, scope.Time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>What is to be said of a certificate that is valid until then; null: nothing.</summary>
    internal static Said? OfCertificate(DateTimeOffset end, DateTimeOffset now)
    {
        if (end - now > Soon)
            return null;
        Wording wording = end <= now ? HostWordings.CertificateExpired : HostWordings.CertificateExpires;
        return wording.Of(end.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
    }

    /// <summary>Listens; or returns why it can't.</summary>
    private async Task<string?> ListenAsync(CancellationToken stop)
    {
        HttpServer? server = null;
        try
        {
            server = new HttpServer(options, scope, metrics);
            await server.StartAsync(stop);
            _server = server;
            if (NobodyMayLook.Fault(options, scope.DataFolder) is { } users)
                LogUsers(scope.Logs.CreateLogger<HttpService>(), users);
            return null;
        }
        catch (OperationCanceledException)
        {
            // The agent stops.
            return "the agent stops.";
        }
        catch (Exception fault) when (fault is CertificateFileException or SecretFileException)
        {
            return fault.Message;
        }
        catch (Exception fault) when (fault is IOException or System.Net.Sockets.SocketException)
        {
            bool isTaken = fault.GetBaseException() is System.Net.Sockets.SocketException
            {
                SocketErrorCode: System.Net.Sockets.SocketError.AddressAlreadyInUse
            };
            return $"{options.Listen} (Http:Listen) can't be used: {fault.GetBaseException().Message.TrimEnd('.')}. "
                + (isTaken ? "Stop the program that has it, or choose another port."
                    : "Write an address of this machine, or 0.0.0.0 for all.");
        }
#pragma warning disable CA1031 // Whatever keeps callers out, the line needs none: it must not end the agent.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            return fault.GetBaseException().Message;
        }
        finally
        {
            if (server is not null && _server is null)
                await server.DisposeAsync();
        }
    }

    [LoggerMessage(EventId = 905, Level = LogLevel.Warning, Message = "{Fault}")]
    private static partial void LogUsers(ILogger log, string fault);
}
