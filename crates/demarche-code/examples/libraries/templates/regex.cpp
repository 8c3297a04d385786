// Expressions of the C++ library, as programs use them: the compiler puts all of their code into each program.
#include <iterator>
#include <regex>
#include <string>
#include <vector>

template class std::basic_regex<char>;
template class std::basic_regex<wchar_t>;

template <class Letter>
std::size_t used(const std::basic_string<Letter>& pattern, const std::basic_string<Letter>& text,
                 const std::basic_string<Letter>& to) {
    using Text = std::basic_string<Letter>;
    using Iterator = typename Text::const_iterator;
    std::size_t found = 0;
    for (auto kind : {std::regex_constants::ECMAScript, std::regex_constants::extended, std::regex_constants::icase,
                      std::regex_constants::optimize, std::regex_constants::nosubs, std::regex_constants::collate}) {
        std::basic_regex<Letter> wanted(pattern, kind);
        std::match_results<Iterator> match;
        found += std::regex_search(text, match, wanted) + std::regex_match(text, match, wanted);
        found += std::regex_search(text, wanted) + std::regex_match(text, wanted);
        for (const auto& part : match) found += part.str().size() + part.length();
        found += match.prefix().str().size() + match.suffix().str().size() + match.format(to).size();
        found += match.position(0) + match.str(1).size();
        std::match_results<const Letter*> raw;
        found += std::regex_search(text.c_str(), raw, wanted) + std::regex_match(text.c_str(), raw, wanted);
        found += std::regex_replace(text, wanted, to).size() + std::regex_replace(text, wanted, to.c_str()).size();
        std::regex_iterator<Iterator> each(text.begin(), text.end(), wanted), end;
        found += std::distance(each, end);
        std::regex_token_iterator<Iterator> parts(text.begin(), text.end(), wanted, -1), last;
        std::vector<Text> all(parts, last);
        found += all.size();
        wanted = std::basic_regex<Letter>(text.begin(), text.end());
        wanted.assign(pattern.c_str());
        std::basic_regex<Letter> copy = wanted;
        wanted.swap(copy);
        std::match_results<Iterator> other = match;
        other.swap(match);
    }
    return found;
}

std::size_t narrow(const std::string& pattern, const std::string& text, const std::string& to) {
    return used<char>(pattern, text, to);
}

std::size_t wide(const std::wstring& pattern, const std::wstring& text, const std::wstring& to) {
    return used<wchar_t>(pattern, text, to);
}
