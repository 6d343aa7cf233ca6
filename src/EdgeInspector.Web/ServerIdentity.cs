using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeInspector.Foundation.Certificates;
using EdgeInspector.Foundation.Files;
using EdgeInspector.Foundation.Logging;
using EdgeInspector.Foundation.Secrets;

namespace EdgeInspector.Web;

/// <summary>
/// The certificate that callers are shown. Its files are looked at every ten seconds, when somebody calls: a renewed one is taken up by
/// the next connection. One that can't be used is told in the log, and the last good one stays. Thread-safe.
/// </summary>
internal sealed class ServerIdentity : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    private readonly HttpTlsOptions _options;
    private readonly TimeProvider _time;
    private readonly FaultLog _faults;
    private readonly Lock _gate = new();

    // Under the gate.
    private readonly List<ClientIdentity> _taken = [];
    private SslStreamCertificateContext _shown;
    private WriteStamp[] _files;
    private long _looked;

    private ServerIdentity(HttpTlsOptions options, ClientIdentity first, TimeProvider time, FaultLog faults)
    {
        (_options, _time, _faults) = (options, time, faults);
        (_shown, _files, _looked) = (Take(first), Files(), time.GetTimestamp());
    }

    /// <summary>What is shown to the next caller.</summary>
    public SslStreamCertificateContext Shown
    {
        get
        {
            lock (_gate)
            {
                if (_time.GetElapsedTime(_looked) >= Every)
                    Look();
                return _shown;
            }
        }
    }

    /// <summary>Reads the certificate; null where the settings name none.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="time">The clock.</param>
    /// <param name="faults">Told of a renewed certificate that can't be used.</param>
    /// <exception cref="CertificateFileException">It can't be used.</exception>
    /// <exception cref="SecretFileException">The password of its key can't be read.</exception>
    public static ServerIdentity? Read(HttpTlsOptions options, TimeProvider time, FaultLog faults) =>
        options.Read() is { } first ? new ServerIdentity(options, first, time, faults) : null;

    public void Dispose()
    {
        foreach (ClientIdentity identity in _taken)
            identity.Dispose();
    }

    private void Look()
    {
        _looked = _time.GetTimestamp();
        WriteStamp[] files = Files();
        if (files.SequenceEqual(_files))
            return;
        try
        {
            _shown = Take(_options.Read()!);
            // Only now: a file that nobody may read yet changes no more when it may be read.
            _files = files;
        }
        catch (Exception fault) when (fault is CertificateFileException or SecretFileException or CryptographicException)
        {
            _faults.Report($"{fault.Message} The certificate from before is shown on.");
        }
    }

    // The one from before may be in a handshake, the one before that is in none.
    private SslStreamCertificateContext Take(ClientIdentity identity)
    {
        _taken.Add(identity);
        if (_taken.Count > 2)
        {
            _taken[0].Dispose();
            _taken.RemoveAt(0);
        }
        return SslStreamCertificateContext.Create(
            identity.Certificate, new X509Certificate2Collection(identity.Others), offline: true);
    }

    private WriteStamp[] Files() =>
        [.. new[] { _options.CertificateFile, _options.KeyFile, _options.KeyPasswordFile }.OfType<string>().Select(StampOf)];

    private static WriteStamp StampOf(string file)
    {
        try
        {
            return WriteStamp.Of(file);
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            return default;
        }
    }
}
