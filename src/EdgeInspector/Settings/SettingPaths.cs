using System.Reflection;

namespace EdgeInspector.Settings;

/// <summary>Finds the single settings that exist, given the stations, cameras and other named blocks in the sources.</summary>
internal static class SettingPaths
{
    /// <summary>Each single setting; a block that is off counts only where a source gives something for it.</summary>
    public static IEnumerable<SettingPath> Of(Type options, LayeredSettings settings) => Of(options, [], settings.Root);

    private static IEnumerable<SettingPath> Of(Type block, IReadOnlyList<string> names, SettingsNode? given)
    {
        object defaults = Activator.CreateInstance(block, nonPublic: true)!;
        foreach (PropertyInfo property in SettingProperties.Of(block))
        {
            IReadOnlyList<string> next = [.. names, property.Name];
            SettingsNode? node = given?[property.Name];
            Type type = property.PropertyType;
            if (SettingValue.IsSingle(type))
            {
                yield return new SettingPath(next, property);
            }
            else if ((SettingProperties.ElementOfList(type) ?? SettingProperties.ElementOfMap(type)) is { } element)
            {
                if (SettingValue.IsSingle(element) || node is null)
                    continue;
                foreach (SettingPath inner in node.Children.Where(child => !child.IsNothing)
                    .SelectMany(child => Of(element, [.. next, child.Name], child)))
                    yield return inner;
            }
            else if (property.GetValue(defaults) is not null || node is { IsNothing: false })
            {
                foreach (SettingPath inner in Of(type, next, node))
                    yield return inner;
            }
        }
    }
}
