using System.Net;
using System.Net.Security;
using EdgeInspector.Delivery.Images.Calls;
using EdgeInspector.Foundation.Certificates;
using EdgeInspector.Foundation.Logging;
using EdgeInspector.Web.Calling;
using EdgeInspector.Web.Console;
using EdgeInspector.Web.CustomVision;
using EdgeInspector.Web.Describing;
using EdgeInspector.Web.Metrics;
using EdgeInspector.Web.Pictures;
using EdgeInspector.Web.Predicting;
using EdgeInspector.Web.Triggers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Web;

/// <summary>
/// Listens for calls and answers them, inside the agent's process. Whatever a caller sends, slowly or in masses, is bounded, and no
/// station waits for a caller.
/// </summary>
public sealed partial class HttpServer : IAsyncDisposable
{
    private const int MostConnections = 200, MostOpenPages = 100;

    private readonly WebApplication _app;
    private readonly Dictionary<string, PredictionDesk> _desks;
    private readonly PictureFetch _fetch;
    private readonly TriggerCalls? _triggers;
    private readonly ServerIdentity? _identity;
    private readonly ForeignPages _foreign;
    private readonly ConsoleSite? _console;
    private readonly CallPictures? _calls;
    private readonly CancellationTokenSource _ends = new();
    private readonly ILogger _log;
    private Task _keeping = Task.CompletedTask;

    /// <summary>Prepares the server; <see cref="StartAsync"/> lets callers in.</summary>
    /// <param name="options">Validated settings, with an address to listen on.</param>
    /// <param name="agent">What the agent gives.</param>
    /// <param name="metrics">The agent's figures; the caller's.</param>
    /// <exception cref="CertificateFileException">The certificate can't be used.</exception>
    /// <exception cref="Foundation.Secrets.SecretFileException">The password of its key can't be read.</exception>
    public HttpServer(HttpOptions options, HttpScope agent, AgentMetrics metrics)
    {
        (_log, _calls) = (agent.Logs.CreateLogger<HttpServer>(), agent.Calls);
        _identity = ServerIdentity.Read(options.Tls, agent.Time, new FaultLog(_log, "Taking up the renewed certificate", agent.Time));
        _foreign = new ForeignPages(options);
        _desks = agent.Stations.ToDictionary(
            station => station.Name,
            station => new PredictionDesk(station, agent.Books, agent.Loading, agent.Time, _log),
            StringComparer.Ordinal);
        _fetch = new PictureFetch(options.Prediction);
        try
        {
            WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.Services.AddSingleton(agent.Logs);
            builder.Services.AddRouting();
            builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => Limit(kestrel, options));
            if (options.Console.Enabled)
            {
                _console = new ConsoleSite(options, agent);
                _console.Add(builder.Services);
            }
            var key = new CallKey(options);
            var known = new PredictionStations(agent.Stations, options.Prediction);
            var names = new ExampleNames(agent.Stations, known);
            new AgentDocument(options, agent.Identity.Version, names).Add(builder.Services);
            _app = builder.Build();
            _console?.UseBeforeRouting(_app);
            _app.Use(Guard);
            _app.Use(Unknown);
            _app.UseRouting();
            _console?.Map(_app);
            var pictures = new PictureCalls(_desks, options.Prediction, _fetch);
            new HealthCalls(agent.MakesProgress, agent.Complaints).Map(_app);
            new FiguresCalls(metrics, key).Map(_app);
            new PredictionCalls(known, pictures, agent.Calls, key, agent.Time).Map(_app);
            if (options.Container is { } station)
                new ContainerCalls(station, pictures, agent.Time).Map(_app, hasPages: _console is not null);
            if (options.Triggers)
            {
                _triggers = new TriggerCalls(options.Prediction.MostBytes, agent.Stations, agent.EventOf, key, agent.Time);
                _triggers.Map(_app);
            }
            AgentDocument.Map(_app);
            new ReferencePage(options, names, key).Map(_app);
        }
        catch
        {
            // Whoever starts the server tries again and again: nothing stays behind with the stations.
            _console?.Dispose();
            _triggers?.Dispose();
            _fetch.Dispose();
            _identity?.Dispose();
            throw;
        }
    }

    /// <summary>Where it listens, once it does: with the port that was found, where port 0 was asked for.</summary>
    public Uri? Address { get; private set; }

    /// <summary>Until when the certificate is valid that callers are shown; null: there is none.</summary>
    public DateTimeOffset? CertificateEnds => _identity?.Shown.TargetCertificate.NotAfter.ToUniversalTime();

    /// <summary>Lets callers in.</summary>
    /// <exception cref="IOException">The address is taken.</exception>
    public async Task StartAsync(CancellationToken stop)
    {
        await _app.StartAsync(stop).ConfigureAwait(false);
        string address = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Address = new Uri(address);
        _keeping = _calls?.RunAsync(_ends.Token) ?? Task.CompletedTask;
        LogListens(_log, address);
    }

    /// <summary>Takes no more calls, and ends those under way.</summary>
    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _app.StopAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _app.DisposeAsync().ConfigureAwait(false);
        _console?.Dispose();
        _triggers?.Dispose();
        await Task.WhenAll(_desks.Values.Select(desk => desk.DisposeAsync().AsTask())).ConfigureAwait(false);
        await _ends.CancelAsync().ConfigureAwait(false);
        await _keeping.ConfigureAwait(false);
        _ends.Dispose();
        _fetch.Dispose();
        _identity?.Dispose();
    }

    private void Limit(KestrelServerOptions kestrel, HttpOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = MostConnections;
        kestrel.Limits.MaxConcurrentUpgradedConnections = MostOpenPages;
        // Whoever reads an answer more slowly holds its memory.
        kestrel.Limits.MinResponseDataRate = new MinDataRate(10_000, TimeSpan.FromSeconds(10));
        kestrel.Limits.MaxRequestBodySize = options.Prediction.MostBytes + 1024 * 1024;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(30);
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(1000, TimeSpan.FromSeconds(5));
        IPEndPoint address = options.Address!;
        kestrel.Listen(address, listen =>
        {
            // HTTP/2 would let one connection bring a hundred bodies at once.
            listen.Protocols = HttpProtocols.Http1;
            if (_identity is { } identity)
                listen.UseHttps(new TlsHandshakeCallbackOptions
                {
                    OnConnection = _ => ValueTask.FromResult(
                        new SslServerAuthenticationOptions { ServerCertificateContext = identity.Shown }),
                });
        });
    }

    /// <summary>What is said where no call is of this path, or none of this method (the routing has written <c>Allow</c>).</summary>
    private static async Task Unknown(HttpContext call, RequestDelegate next)
    {
        await next(call).ConfigureAwait(false);
        if (call.Response.HasStarted)
            return;
        if (call.Response.StatusCode == StatusCodes.Status405MethodNotAllowed)
            await Answers.Refused(new CallFault(
                405, "MethodNotAllowed", $"{call.Request.Method} is no way to call this; use {call.Response.Headers.Allow}."))
                .ExecuteAsync(call).ConfigureAwait(false);
        else if (call.Response.StatusCode == StatusCodes.Status404NotFound && call.GetEndpoint() is null)
            await Answers.Refused(new CallFault(404, "NotFound", "There is no such call here.")).ExecuteAsync(call).ConfigureAwait(false);
    }

    /// <summary>What is said of every call, and of one that fails inside.</summary>
    private async Task Guard(HttpContext call, RequestDelegate next)
    {
        call.Response.Headers.XContentTypeOptions = "nosniff";
        call.Response.Headers.CacheControl = "no-store";
        try
        {
            if (_foreign.Refusal(call.Request) is { } foreign)
                await Answers.Refused(foreign).ExecuteAsync(call).ConfigureAwait(false);
            else
                await next(call).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (call.RequestAborted.IsCancellationRequested)
        {
            // The caller is gone.
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException fault) when (!call.Response.HasStarted)
        {
            await Answers.Refused(new CallFault(fault.StatusCode, "BadRequest", fault.Message)).ExecuteAsync(call).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // The caller is gone, while the body was read or the answer written.
        }
#pragma warning disable CA1031 // The boundary to whoever calls: no stack trace leaves, and the next call is answered.
        catch (Exception fault) when (!call.Response.HasStarted)
#pragma warning restore CA1031
        {
            LogFailed(_log, fault, call.Request.Path.Value ?? "");
            await Answers.Refused(new CallFault(500, "ErrorUnknown", "The call failed; the agent's log says why."))
                .ExecuteAsync(call).ConfigureAwait(false);
        }
    }

    [LoggerMessage(EventId = 900, Level = LogLevel.Information, Message = "Listens for calls on {Address}")]
    private static partial void LogListens(ILogger log, string address);

    [LoggerMessage(EventId = 901, Level = LogLevel.Error, Message = "The call {Path} failed")]
    private static partial void LogFailed(ILogger log, Exception fault, string path);
}
