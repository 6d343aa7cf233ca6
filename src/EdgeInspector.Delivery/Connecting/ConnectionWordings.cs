using EdgeInspector.Foundation.Text;

namespace EdgeInspector.Delivery.Connecting;

/// <summary>What the user of a connection complains of while there is none.</summary>
/// <param name="component">Under which name.</param>
internal sealed class ConnectionWordings(string component)
{
    public static readonly ConnectionWordings Broker = new(StationLink.Component);
    public static readonly ConnectionWordings Evidence = new(EvidenceDelivery.Component);
    public static readonly ConnectionWordings Images = new(EvidenceDelivery.ImagesComponent);

    /// <summary>What the broker says in place of a station whose connection it has lost.</summary>
    public static readonly Wording LastWill = new(StationLink.Component, "lastWill", "connection lost");

    // The words of a fault name the broker and what to do; there are very many of them.
    private readonly Wording _lost = new(component, "lost", "{detail}");
    private readonly Wording _unreachable = new(component, "unreachable", "{detail}");
    private readonly Wording _noAnswer = new(component, "noAnswer", "{detail}");
    private readonly Wording _refused = new(component, "refused", "{detail}");
    private readonly Wording _fault = new(component, "fault", "{detail}");

    /// <summary>Whose complaint it is.</summary>
    public string Component => component;

    /// <summary>Before the first try has ended.</summary>
    public Wording NotYet { get; } = new(component, "notYet", "Not connected to the broker yet.");

    /// <summary>There is no connection.</summary>
    public Said Of(ConnectionEndKind kind, string detail) => (kind switch
    {
        ConnectionEndKind.Lost => _lost,
        ConnectionEndKind.Unreachable => _unreachable,
        ConnectionEndKind.NoAnswer => _noAnswer,
        ConnectionEndKind.Refused => _refused,
        _ => _fault,
    }).Of(detail);
}
