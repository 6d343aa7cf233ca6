using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using EdgeInspector.Foundation.Certificates;
using EdgeInspector.Foundation.Files;
using EdgeInspector.Foundation.Secrets;
using EdgeInspector.ModelStore.Packages;

namespace EdgeInspector.ModelStore.Sync;

/// <summary>
/// HTTP as sync sources need it: limits for everything, faults in words, and each secret only to the server that it is for.
/// </summary>
internal sealed class SyncHttp : IDisposable
{
    /// <summary>The largest answer that is no package, in bytes.</summary>
    public const int MostJson = 4 << 20;

    /// <summary>The largest package, in bytes.</summary>
    public const long MostPackage = 1L << 30;

    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(6);

    private readonly HttpClient _client;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private string? _certificateFault;

    /// <param name="caFile">The authority that is trusted besides those of the system; null: none.</param>
    /// <param name="timeout">Limit of a request, and of a download that stands still.</param>
    /// <param name="time">The clock.</param>
    public SyncHttp(string? caFile, TimeSpan timeout, TimeProvider time)
    {
        (_timeout, _time) = (timeout, time);
        // Redirects are not followed: the next host is not the configured one, and must not get the key.
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectTimeout = timeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => Trust(
            caFile, certificate, chain, errors);
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("EdgeInspector", "1"));
    }

    /// <summary>Sends a request; returns the answer with its body, or throws a fault in words.</summary>
    /// <param name="request">The request; disposed here.</param>
    /// <param name="what">What is asked for, in messages: <c>the list of iterations</c>.</param>
    /// <param name="stop">Cancels the request.</param>
    /// <param name="allowed">Codes besides success that the caller understands.</param>
    /// <exception cref="SyncFault">There was no answer, or the answer refused.</exception>
    public async Task<(HttpStatusCode Code, byte[] Body, HttpResponseHeaders Headers)> AskAsync(
        HttpRequestMessage request, string what, CancellationToken stop, params HttpStatusCode[] allowed)
    {
        using (request)
        {
            using var timeout = new CancellationTokenSource(_timeout, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop);
            string where = SourceAddress.Show(request.RequestUri!);
            try
            {
                using HttpResponseMessage response = await _client.SendAsync(
                    request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
                byte[] body = await ReadAsync(response.Content, what, either.Token).ConfigureAwait(false);
                if (response.IsSuccessStatusCode || allowed.Contains(response.StatusCode))
                    return (response.StatusCode, body, response.Headers);
                throw Refused(response, what, where, ApiFault.Read(body));
            }
            catch (Exception fault)
                when (Explain(fault, what, where, timeout.IsCancellationRequested && !stop.IsCancellationRequested) is { } told)
            {
                throw told;
            }
        }
    }

    /// <summary>
    /// Fetches a file. The bytes of an earlier attempt are kept if the server can continue and the file has not changed meanwhile.
    /// </summary>
    /// <param name="request">Makes the request; called again when the attempt has to begin anew.</param>
    /// <param name="path">The file; a file beside it, <c>.etag</c>, remembers of which version half is there.</param>
    /// <param name="size">The size expected, or null.</param>
    /// <param name="what">What is fetched, for messages.</param>
    /// <param name="stop">Cancels; the bytes that were fetched stay for the next attempt.</param>
    /// <exception cref="SyncFault">The file could not be fetched whole.</exception>
    public async Task FetchAsync(Func<HttpRequestMessage> request, string path, long? size, string what, CancellationToken stop)
    {
        string tagFile = path + ".etag";
        long have = File.Exists(path) && File.Exists(tagFile) ? new FileInfo(path).Length : 0;
        if (have > 0 && size is { } whole && have == whole)
            return;
        string? tag = have > 0 ? await File.ReadAllTextAsync(tagFile, stop).ConfigureAwait(false) : null;
        using HttpRequestMessage message = request();
        string where = SourceAddress.Show(message.RequestUri!);
        if (tag is not null && EntityTagHeaderValue.TryParse(tag, out EntityTagHeaderValue? known) && !known.IsWeak)
        {
            message.Headers.Range = new RangeHeaderValue(have, null);
            message.Headers.IfRange = new RangeConditionHeaderValue(known);
        }
        using var idle = new CancellationTokenSource(_timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(idle.Token, stop);
        try
        {
            using HttpResponseMessage response = await _client.SendAsync(
                message, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
                Forget(path);
            if (!response.IsSuccessStatusCode)
                throw Refused(response, what, where, null);
            bool goesOn = response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == have;
            long expected = (response.Content.Headers.ContentLength ?? size ?? 0) + (goesOn ? have : 0);
            if (expected > MostPackage || (size is { } said && response.Content.Headers.ContentLength is not null && expected != said))
            {
                Forget(path);
                throw new SyncFault($"{what} at {where} has {expected} bytes, not {size ?? MostPackage} as it should. Publish it again.");
            }
            RequireRoom(path, expected, what);
            if (response.Headers.ETag is { IsWeak: false } fresh)
                await File.WriteAllTextAsync(tagFile, fresh.ToString(), stop).ConfigureAwait(false);
            else
                File.Delete(tagFile);
            await CopyAsync(response, path, goesOn ? have : 0, what, idle, either.Token).ConfigureAwait(false);
            long got = new FileInfo(path).Length;
            if (expected > 0 && got != expected)
                throw new SyncFault(
                    $"The download of {what} from {where} ended after {got} of {expected} bytes; it goes on at the next look.");
        }
        catch (Exception fault)
            when (Explain(fault, what, where, idle.IsCancellationRequested && !stop.IsCancellationRequested) is { } told)
        {
            throw told;
        }
    }

    /// <summary>Removes a useless download.</summary>
    public static void Forget(string path)
    {
        File.Delete(path);
        File.Delete(path + ".etag");
    }

    /// <summary>Reads a secret: the given text, or the first line of the secret's file.</summary>
    /// <exception cref="SyncFault">The file can't be read.</exception>
    public static string? Secret(string? given, string? file, string setting)
    {
        if (given is not null || file is null)
            return given;
        try
        {
            return SecretFile.Read(file, setting).Trim();
        }
        catch (SecretFileException fault)
        {
            throw new SyncFault(fault.Message, null, fault);
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task CopyAsync(
        HttpResponseMessage response, string path, long from, string what, CancellationTokenSource idle, CancellationToken stop)
    {
        await using Stream source = await response.Content.ReadAsStreamAsync(stop).ConfigureAwait(false);
        await using var file = new FileStream(path, from > 0 ? FileMode.Append : FileMode.Create, FileAccess.Write);
        byte[] buffer = new byte[128 << 10];
        long total = from;
        while (await ReadAsync(source, buffer, what, stop).ConfigureAwait(false) is var count && count > 0)
        {
            total += count;
            if (total > MostPackage)
                throw new SyncFault($"{what} is larger than {MostPackage >> 20} MiB; this is no compact export.");
            await file.WriteAsync(buffer.AsMemory(0, count), stop).ConfigureAwait(false);
            idle.CancelAfter(_timeout);
        }
        file.Flush(flushToDisk: true);
    }

    private static async Task<int> ReadAsync(Stream source, byte[] buffer, string what, CancellationToken stop)
    {
        try
        {
            return await source.ReadAsync(buffer, stop).ConfigureAwait(false);
        }
        catch (IOException broken)
        {
            throw new SyncFault(
                $"The connection broke while {what} came: {broken.Message.TrimEnd('.')}. It goes on at the next look.", null, broken);
        }
    }

    /// <exception cref="SyncFault">There is too little room for a package of so many bytes.</exception>
    public static void RequireRoom(string path, long bytes, string what)
    {
        var drive = new DriveInfo(Path.GetDirectoryName(Path.GetFullPath(path))!);
        // The package is unpacked beside the zip.
        if (bytes > 0 && drive.AvailableFreeSpace < bytes * 3)
            throw new SyncFault($"There is no room for {what}: {bytes * 3 >> 20} MiB are needed, "
                + $"{drive.AvailableFreeSpace >> 20} MiB are free. Make room; it is tried again.");
    }

    private static async Task<byte[]> ReadAsync(HttpContent content, string what, CancellationToken stop)
    {
        await using Stream stream = await content.ReadAsStreamAsync(stop).ConfigureAwait(false);
        return await BoundedBytes.ReadAsync(stream, MostJson, stop).ConfigureAwait(false)
            ?? throw new SyncFault($"The answer for {what} is larger than {MostJson >> 20} MiB.");
    }

    private SyncFault Refused(HttpResponseMessage response, string what, string where, ApiFault? fault)
    {
        string said = fault is null ? "" : $" ({fault.Code}: {fault.Message})";
        string mend = response.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => "Check the key or token, and that it may read this.",
            HttpStatusCode.NotFound or HttpStatusCode.Gone => "Check the address, the project and its iterations.",
            HttpStatusCode.TooManyRequests => "It is asked again later.",
            >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest =>
                "It points to another address; write that one into the settings.",
            >= HttpStatusCode.InternalServerError => "It is asked again later.",
            _ => "",
        };
        return new SyncFault($"{where} answered {(int)response.StatusCode} for {what}{said}. {mend}".TrimEnd(), RetryAfter(response))
        {
            StatusCode = response.StatusCode,
            Code = fault?.Code,
        };
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        TimeSpan? wanted = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - _time.GetUtcNow(),
            _ => null,
        };
        // A wrong clock, here or at the server, must not stop sync for days.
        return wanted is { } pause ? TimeSpan.FromTicks(Math.Clamp(pause.Ticks, 0, LongestRetryAfter.Ticks)) : null;
    }

    private SyncFault? Explain(Exception fault, string what, string where, bool isTimeout) => fault switch
    {
        SyncFault told => told,
        OperationCanceledException when isTimeout => new SyncFault(
            $"{where} did not answer for {what} within {_timeout.TotalSeconds:0} s. Check the network and the server.", null, fault),
        HttpRequestException { InnerException: AuthenticationException } => new SyncFault(
            $"The certificate of {where} is not trusted: "
            + $"{Interlocked.Exchange(ref _certificateFault, null) ?? fault.InnerException!.Message} "
            + "Name its authority's certificate in Sync:CaFile, or add it to the system's.", null, fault),
        HttpRequestException => new SyncFault(
            $"{where} can't be reached for {what}: {fault.Message.TrimEnd('.')}. Check the address, the network and the proxy.",
            null,
            fault),
        _ when DiskFault.Is(fault) => new SyncFault(
            $"{what} can't be kept: {fault.Message.TrimEnd('.')}. Make room or mend the folder; it is tried again.", null, fault),
        _ => null,
    };

    private bool Trust(string? caFile, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
            return true;
        if (certificate is not X509Certificate2 server)
        {
            _certificateFault = "it showed none.";
            return false;
        }
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            _certificateFault = $"it is made out to another name ({ZipFiles.Printable(server.Subject)}).";
            return false;
        }
        try
        {
            if (caFile is not null && errors == SslPolicyErrors.RemoteCertificateChainErrors
                && ServerChain.LeadsTo(server, chain, CertificateFile.Read(caFile, "Sync:CaFile")))
                return true;
            string issuer = ZipFiles.Printable((chain is { ChainElements: [.., var last] } ? last.Certificate : server).Issuer);
            _certificateFault = chain is not null && ServerChain.FaultOf(chain, _time, ZipFiles.Printable) is { } fault
                ? $"{fault}."
                : $"its chain ends at \"{issuer}\", which is neither known to the system nor in Sync:CaFile.";
        }
        catch (CertificateFileException unreadable)
        {
            _certificateFault = unreadable.Message;
        }
        return false;
    }
}
