namespace EdgeInspector.Inspection.Stations;

/// <summary>
/// What is wrong with a station at the moment, each complaint under the name of the component that makes it and withdraws it
/// (<c>camera</c>, <c>model</c>, <c>broker</c>). Thread-safe.
/// </summary>
public sealed class StationHealth
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, string> _complaints = new(StringComparer.Ordinal);

    /// <summary>Raised after a complaint was added, altered or withdrawn, on the thread that did it.</summary>
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
                return new SortedDictionary<string, string>(_complaints, StringComparer.Ordinal);
        }
    }

    /// <summary>True while the component complains.</summary>
    public bool Has(string component)
    {
        lock (_gate)
            return _complaints.ContainsKey(component);
    }

    /// <summary>Says that something is wrong, in a sentence an operator understands. Replaces the component's earlier complaint.</summary>
    public void Complain(string component, string reason)
    {
        lock (_gate)
        {
            if (_complaints.TryGetValue(component, out string? before) && before == reason)
                return;
            _complaints[component] = reason;
        }
        Changed?.Invoke();
    }

    /// <summary>Says that the component is well again.</summary>
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
