using EdgeInspector.Foundation.Text;

namespace EdgeInspector.ModelStore.Switching;

/// <summary>What a station complains of that runs another model than it should, or with other rules.</summary>
public static class SwitchWordings
{
    internal static readonly Wording Forced = new(
        PackageSwitch.Component, "forced", "The model was put in by force, and rules are out of force: {detail}");

    internal static readonly Wording GivenUp = new(PackageSwitch.Component, "givenUp", "{detail} {now}");

    internal static readonly Wording GivenUpWithoutWayBack = new(
        PackageSwitch.Component, "noWayBack", "{detail} But there is no way back: {problems}");

    private static readonly Wording Start = new(PackageSwitch.Component, "start", "{detail}");

    /// <summary>With the first model after the start not all is well.</summary>
    public static Said AtStart(IReadOnlyList<string> complaints) => Start.Of(string.Join(" ", complaints));
}
