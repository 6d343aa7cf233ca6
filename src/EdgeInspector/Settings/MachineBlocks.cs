using System.Collections;

namespace EdgeInspector.Settings;

/// <summary>
/// One settings file for many machines: <c>"Machines": { "linepc-17": { "Line": "line-7" } }</c>. The block with this machine's name is
/// laid over the rest of the file; other blocks are not looked at.
/// </summary>
internal static class MachineBlocks
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Machines";

    /// <summary>The environment variable that names the machine where the host name does not, as in a container.</summary>
    public const string Variable = "EDGEINSPECTOR_MACHINE";

    /// <summary>The machine's name, and whether somebody chose that name; otherwise it is the host's.</summary>
    public static (string Name, bool IsChosen) ThisMachine(IDictionary environment) =>
        environment[Variable] is string { Length: > 0 } chosen ? (chosen, true) : (Environment.MachineName, false);

    /// <summary>The machines that the settings name, in their order.</summary>
    public static IReadOnlyList<string> NamesIn(LayeredSettings settings) =>
        settings.Root[Section] is { } section ? [.. section.Children.Select(machine => machine.Name)] : [];

    /// <summary>Lays the machine's block over the rest of the settings, and removes the section.</summary>
    /// <param name="settings">The content of the file.</param>
    /// <param name="machine">The machine's name; the case of letters does not count.</param>
    /// <param name="mustExist">Whether a machine without a block is a mistake.</param>
    /// <returns>The name of the block; null when there is none for this machine.</returns>
    /// <exception cref="SettingsFileException">The section is no list of blocks, or has no block for the machine.</exception>
    public static string? Apply(LayeredSettings settings, string machine, bool mustExist)
    {
        if (settings.Root[Section] is not { } section)
            return mustExist ? throw new SettingsFileException(Unknown(machine, [])) : null;
        if (section.Shape != SettingsShape.Block)
            throw new SettingsFileException(
                $"{Section}: a block for each machine belongs here, such as \"linepc-17\": {{ \"Line\": \"line-7\" }}.");
        foreach (SettingsNode block in section.Children)
        {
            if (block.Shape != SettingsShape.Block)
                throw new SettingsFileException($"{block.Path}: a block of settings belongs here, such as {{ \"Line\": \"line-7\" }}.");
        }
        if (section.Children.FirstOrDefault(block => block[Section] is not null) is { } nested)
            throw new SettingsFileException($"{nested.Path}:{Section}: the block of a machine holds no machines; remove it.");
        SettingsNode? known = section[machine];
        if (known is not null)
            settings.Lay(known, SettingsOrigin.Machine);
        else if (mustExist)
            throw new SettingsFileException(Unknown(machine, NamesIn(settings)));
        settings.Root.Remove(Section);
        return known?.Name;
    }

    private static string Unknown(string machine, IReadOnlyList<string> names) => NearestName.Of(machine, names) is { } near
        ? $"{Section}: there is no machine \"{machine}\"; did you mean \"{near}\"?"
        : $"{Section}: there is no machine \"{machine}\" in the settings file; add a block for it, or unset {Variable}.";
}
