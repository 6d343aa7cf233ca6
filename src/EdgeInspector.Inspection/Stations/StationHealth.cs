using EdgeInspector.Foundation.Text;

namespace EdgeInspector.Inspection.Stations;

/// <summary>
/// What is wrong with a station at the moment, each complaint under the name of the component that makes and withdraws the complaint
/// (<c>camera</c>, <c>model</c>, <c>broker</c>). Thread-safe.
/// </summary>
/// <param name="time">The clock by which complaints have a beginning; null: the system's.</param>
public sealed class StationHealth(TimeProvider? time = null)
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, Complaint> _complaints = new(StringComparer.Ordinal);

    /// <summary>Raised after a complaint was added, altered or withdrawn, on the thread that changed it.</summary>
    public event Action? Changed;

    /// <summary>True while nothing is wrong.</summary>
    public bool IsGood
    {
        get
        {
            lock (_gate)
                return _complaints.Count == 0;
        }
    }

    /// <summary>A copy of the complaints: component and reason.</summary>
    public IReadOnlyDictionary<string, string> Complaints
    {
        get
        {
            lock (_gate)
                return new SortedDictionary<string, string>(
                    _complaints.ToDictionary(one => one.Key, one => one.Value.Reason), StringComparer.Ordinal);
        }
    }

    /// <summary>The complaints with their beginnings, by component.</summary>
    public IReadOnlyList<Complaint> Standing
    {
        get
        {
            lock (_gate)
                return [.. _complaints.Values];
        }
    }

    /// <summary>True while the component complains.</summary>
    public bool Has(string component)
    {
        lock (_gate)
            return _complaints.ContainsKey(component);
    }

    /// <summary>
    /// Says that something is wrong, in a sentence an operator understands. Replaces the earlier complaint of the component, which is what
    /// the sentence is about.
    /// </summary>
    public void Complain(Said what)
    {
        string component = what.Wording.Subject;
        lock (_gate)
        {
            _complaints.TryGetValue(component, out Complaint? before);
            if (what.Equals(before?.What))
                return;
            _complaints[component] = new Complaint(what, before?.Since ?? (time ?? TimeProvider.System).GetUtcNow());
        }
        Changed?.Invoke();
    }

    /// <summary>Withdraws the component's complaint.</summary>
    public void Withdraw(string component)
    {
        lock (_gate)
        {
            if (!_complaints.Remove(component))
                return;
        }
        Changed?.Invoke();
    }
}

/// <summary>Something that is wrong.</summary>
/// <param name="What">What is wrong.</param>
/// <param name="Since">Since when the component complains, though its reason may have changed.</param>
public sealed record Complaint(Said What, DateTimeOffset Since)
{
    /// <summary>Whose complaint it is, in a word that never changes: <c>camera</c>, <c>broker</c>.</summary>
    public string Component => What.Wording.Subject;

    /// <summary>What is wrong, in English sentences.</summary>
    public string Reason => What.Text;
}
