namespace EdgeInspector.Delivery.Connecting;

/// <summary>Why there is no connection to the broker, as far as it matters to whoever must mend it.</summary>
internal enum ConnectionEndKind
{
    /// <summary>A connection stood, and was lost.</summary>
    Lost,

    /// <summary>Not even a TCP connection could be opened.</summary>
    Unreachable,

    /// <summary>Something listens there, but does not answer as a broker that is ready.</summary>
    NoAnswer,

    /// <summary>The broker refused the login, or it or its certificate is refused here.</summary>
    Refused,

    /// <summary>Something else.</summary>
    Fault,
}
