using System.Reflection;

namespace EdgeInspector.Settings;

/// <summary>The single settings that there are, given which stations, cameras and other named blocks the sources describe.</summary>
internal static class SettingPaths
{
    /// <summary>Each path with its property; a block that is off counts only where something is given for it.</summary>
    public static IEnumerable<(string Path, PropertyInfo Property)> Of(Type block, LayeredSettings settings, string path = "")
    {
        object defaults = Activator.CreateInstance(block, nonPublic: true)!;
        foreach (PropertyInfo property in SettingProperties.Of(block))
        {
            string next = path.Length == 0 ? property.Name : $"{path}:{property.Name}";
            Type type = property.PropertyType;
            if (SettingValue.IsSingle(type))
                yield return (next, property);
            else if ((SettingProperties.ElementOfList(type) ?? SettingProperties.ElementOfMap(type)) is { } element)
            {
                if (SettingValue.IsSingle(element))
                    continue;
                foreach (string name in settings.ChildrenOf(next))
                {
                    if (IsGiven(settings, $"{next}:{name}"))
                    {
                        foreach ((string, PropertyInfo) inner in Of(element, settings, $"{next}:{name}"))
                            yield return inner;
                    }
                }
            }
            else if (property.GetValue(defaults) is not null || IsGiven(settings, next))
            {
                foreach ((string, PropertyInfo) inner in Of(type, settings, next))
                    yield return inner;
            }
        }
    }

    private static bool IsGiven(LayeredSettings settings, string path) =>
        settings.Find(path) is { } entry && (entry.Value is not null || settings.ChildrenOf(path).Count > 0);
}
