using EdgeInspector.Inspection.Challenges;
using EdgeInspector.Inspection.Triggers;
using EdgeInspector.Inspection.Verdicts;
using EdgeInspector.ModelStore.Switching;

namespace EdgeInspector.Hosting;

/// <summary>Lets the station's models see every part on its way to the evidence: those on probation, and those in the shadow.</summary>
internal sealed class StationTap(IInspectedPartSink evidence) : IInspectedPartSink
{
    private volatile PackageSwitch? _models;

    /// <summary>Who sees the parts; set once the station exists.</summary>
    public PackageSwitch? Models
    {
        get => _models;
        set => _models = value;
    }

    public void Open(string station, Trigger trigger) => evidence.Open(station, trigger);

    public void Answering(Guid id, in Verdict verdict, GateAction action, DateTimeOffset at) => evidence.Answering(id, verdict, action, at);

    public void Accept(InspectedPart part)
    {
        try
        {
            // A part that is known to be bad says nothing of a model's share of rejects.
            if (part.Challenge == Challenge.None)
                _models?.Note(part);
        }
        finally
        {
            evidence.Accept(part);
        }
    }
}
