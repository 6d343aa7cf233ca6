using System.Collections;
using System.Reflection;

namespace EdgeInspector.Settings;

/// <summary>Finds settings that are given under an old name.</summary>
internal static class RenamedSettings
{
    /// <summary>A sentence for each.</summary>
    /// <param name="block">The options, or a block of them.</param>
    /// <param name="path">Where the block stands.</param>
    public static IEnumerable<string> Find(object block, string path = "")
    {
        foreach (PropertyInfo property in SettingProperties.Of(block.GetType()))
        {
            string next = path.Length == 0 ? property.Name : $"{path}:{property.Name}";
            object? value = property.GetValue(block);
            if (property.GetCustomAttribute<RenamedAttribute>() is { } renamed)
            {
                if (IsGiven(value))
                {
                    yield return $"{next} is called {renamed.PathFrom(next)} now. "
                        + "The old name goes on working; move it when you next edit the file.";
                }
                continue;
            }
            foreach ((string inner, object element) in Below(value, next))
            {
                foreach (string sentence in Find(element, inner))
                    yield return sentence;
            }
        }
    }

    /// <summary>Whether an old name was given: none has another default than nothing.</summary>
    public static bool IsGiven(object? value) => value is not (null or ICollection { Count: 0 });

    private static IEnumerable<(string Path, object Block)> Below(object? value, string path)
    {
        if (value is null || SettingValue.IsSingle(value.GetType()))
            return [];
        if (value is IDictionary map)
        {
            return map.Keys.Cast<string>().Where(name => !SettingValue.IsSingle(map[name]!.GetType()))
                .Select(name => ($"{path}:{name}", map[name]!));
        }
        return value is IEnumerable ? [] : [(path, value)];
    }
}
