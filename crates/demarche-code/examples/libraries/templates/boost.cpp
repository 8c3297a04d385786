// Expressions and text algorithms of Boost, whose templates end up in each program that uses them.
#include <boost/algorithm/string.hpp>
#include <boost/lexical_cast.hpp>
#include <boost/regex.hpp>
#include <boost/tokenizer.hpp>
#include <string>
#include <vector>

template class boost::basic_regex<char>;
template class boost::match_results<std::string::const_iterator>;

std::size_t used(const std::string& pattern, std::string text) {
    std::size_t found = 0;
    for (auto kind : {boost::regex::perl, boost::regex::icase, boost::regex::extended}) {
        boost::regex wanted(pattern, kind);
        boost::smatch match;
        boost::cmatch raw;
        found += boost::regex_search(text, match, wanted) + boost::regex_match(text, match, wanted);
        found += boost::regex_search(text.c_str(), raw, wanted) + boost::regex_match(text.c_str(), raw, wanted);
        found += boost::regex_replace(text, wanted, pattern).size();
        for (boost::sregex_iterator each(text.begin(), text.end(), wanted), end; each != end; ++each) ++found;
        for (boost::sregex_token_iterator each(text.begin(), text.end(), wanted, -1), end; each != end; ++each) ++found;
    }
    std::vector<std::string> parts;
    boost::split(parts, text, boost::is_any_of(" ,"), boost::token_compress_on);
    boost::trim(text);
    boost::to_lower(text);
    boost::replace_all(text, pattern, "x");
    boost::tokenizer<> words(text);
    for (const auto& word : words) found += word.size();
    return found + boost::join(parts, ",").size() + boost::lexical_cast<int>(text) + boost::iequals(text, pattern);
}
