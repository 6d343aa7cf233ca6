namespace EdgeInspector.Settings;

/// <summary>Finds the name that somebody who mistyped it probably meant.</summary>
internal static class NearestName
{
    /// <summary>The most similar name, ignoring case, or null when none is similar enough to be worth suggesting.</summary>
    public static string? Of(string mistyped, IEnumerable<string> names)
    {
        // Longer than the name of any setting: no slip of the finger, and not worth the quadratic effort.
        if (mistyped.Length > 64)
            return null;
        (string Name, int Distance)? best = null;
        foreach (string name in names)
        {
            int distance = Distance(mistyped.ToUpperInvariant(), name.ToUpperInvariant());
            if (distance <= Math.Max(1, Math.Min(mistyped.Length, name.Length) / 3) && (best is null || distance < best.Value.Distance))
                best = (name, distance);
        }
        return best?.Name;
    }

    /// <summary>Number of letters to insert, remove, replace or swap with a neighbour (optimal string alignment).</summary>
    private static int Distance(string a, string b)
    {
        var costs = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
            costs[i, 0] = i;
        for (int j = 0; j <= b.Length; j++)
            costs[0, j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = costs[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                costs[i, j] = Math.Min(replaced, Math.Min(costs[i - 1, j], costs[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    costs[i, j] = Math.Min(costs[i, j], costs[i - 2, j - 2] + 1);
            }
        }
        return costs[a.Length, b.Length];
    }
}
