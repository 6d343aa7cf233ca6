namespace EdgeInspector.ModelStore.Sync;

/// <summary>A source could not be asked, or a package could not be pulled; the message is for people.</summary>
/// <param name="message">What, where and how to mend it; never a secret.</param>
/// <param name="retryAfter">How long the source wants to be left alone; null: the source did not say.</param>
/// <param name="inner">The cause.</param>
internal sealed class SyncFault(string message, TimeSpan? retryAfter = null, Exception? inner = null) : Exception(message, inner)
{
    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <summary>The code of an answer that refused; null when there was no answer.</summary>
    public System.Net.HttpStatusCode? StatusCode { get; init; }

    /// <summary>The code word of a Custom Vision answer that refused, such as <c>BadRequestExportAlreadyInProgress</c>.</summary>
    public string? Code { get; init; }
}
