using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.TestSupport;

/// <summary>Keeps what it is told, in its order. From any thread.</summary>
public sealed class RecordingLog : ILogger
{
    private readonly ConcurrentQueue<string> _lines = new();

    /// <summary>The messages so far, without level and exception.</summary>
    public IReadOnlyList<string> Lines => [.. _lines];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue(formatter(state, exception));
}
