using System.Collections;

namespace EdgeInspector.Settings;

/// <summary>
/// One settings file for many machines: <c>"Machines": { "linepc-17": { "Line": "line-7" } }</c>.
/// The block that bears this machine's name is laid over the rest of the file; the others are not looked at.
/// </summary>
internal static class MachineBlocks
{
    /// <summary>The section.</summary>
    public const string Section = "Machines";

    /// <summary>The environment variable that names the machine where its host name does not, as in a container.</summary>
    public const string Variable = "EDGEINSPECTOR_MACHINE";

    /// <summary>The machine's name, and whether somebody chose it; else it is the host's.</summary>
    public static (string Name, bool IsChosen) ThisMachine(IDictionary environment) =>
        environment[Variable] is string { Length: > 0 } chosen ? (chosen, true) : (Environment.MachineName, false);

    /// <summary>The machines that the settings name, in their order.</summary>
    public static IReadOnlyList<string> NamesIn(LayeredSettings settings) =>
        [.. settings.ChildrenOf(Section).Select(LayeredSettings.Unescape)];

    /// <summary>Lays the machine's block over the rest, and takes the section away.</summary>
    /// <param name="settings">What stands in the file.</param>
    /// <param name="machine">The machine's name; the case of letters does not count.</param>
    /// <param name="mustExist">Whether a machine without a block is a mistake.</param>
    /// <returns>The name of the block; null when there is none for this machine.</returns>
    /// <exception cref="SettingsFileException">The section is no list of blocks, or lacks the machine.</exception>
    public static string? Apply(LayeredSettings settings, string machine, bool mustExist)
    {
        if (settings.Find(Section) is { Value: not LayeredSettings.Block })
            throw new SettingsFileException(
                $"{Section}: a block for each machine belongs here, such as \"linepc-17\": {{ \"Line\": \"line-7\" }}.");
        IReadOnlyList<string> names = NamesIn(settings);
        foreach (string name in names)
        {
            if (settings.Find(PathOf(name))!.Value != LayeredSettings.Block)
                throw new SettingsFileException($"{Section}:{name}: a block of settings belongs here, such as {{ \"Line\": \"line-7\" }}.");
        }
        if (names.FirstOrDefault(name => settings.Find($"{PathOf(name)}:{Section}") is not null) is { } nested)
            throw new SettingsFileException($"{Section}:{nested}:{Section}: the block of a machine holds no machines; remove it.");
        string? known = names.FirstOrDefault(name => name.Equals(machine, StringComparison.OrdinalIgnoreCase));
        if (known is not null)
            settings.Lay(PathOf(known), SettingsOrigin.Machine);
        else if (mustExist)
            throw new SettingsFileException(Unknown(machine, names));
        settings.Remove(Section);
        return known;
    }

    private static string PathOf(string machine) => $"{Section}:{LayeredSettings.Escape(machine)}";

    private static string Unknown(string machine, IReadOnlyList<string> names) => NearestName.Of(machine, names) is { } near
        ? $"{Section}: there is no machine \"{machine}\"; did you mean \"{near}\"?"
        : $"{Section}: there is no machine \"{machine}\" in the settings file; add a block for it, or unset {Variable}.";
}
